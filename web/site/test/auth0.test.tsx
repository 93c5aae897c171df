// @vitest-environment jsdom
// auth0.tsx with a fake SDK: its options, and the sessions that follow from its state.
import { act, render, waitFor } from "@testing-library/react";
import type { Auth0ContextInterface, Auth0ProviderOptions } from "@auth0/auth0-react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Auth0, hasSessionCookie, providerOptions } from "../src/auth0";
import type { Config } from "../src/config";
import type { Auth } from "../src/session";

type Sdk = Pick<Auth0ContextInterface, "isLoading" | "user" | "error"> & Record<string, unknown>;
const fake = vi.hoisted(() => ({ sdk: {} as Sdk, options: {} as Auth0ProviderOptions }));

vi.mock("@auth0/auth0-react", () => ({
  Auth0Provider: (options: Auth0ProviderOptions) => {
    fake.options = options;
    return options.children;
  },
  useAuth0: () => fake.sdk,
}));

const config: Config = {
  domain: "tenant.example",
  clientId: "abc",
  audience: "https://api",
  roles: [],
  scope: "openid read:private",
  tokenCache: "memory",
  apiUrl: "/api",
  live: false,
};

let last: Auth | undefined;
const keep = (reported: Auth) => (last = reported);
let rerender: ReturnType<typeof render>["rerender"];

/** Renders Auth0 with an SDK in this state, and returns the latest report. */
function report(sdk: Partial<Sdk>): Auth | undefined {
  last = undefined;
  fake.sdk = { isLoading: false, user: undefined, error: undefined, ...sdk };
  ({ rerender } = render(<Auth0 config={config} onAuth={keep} />));
  return last;
}

/** Changes the state of the SDK. */
function change(sdk: Partial<Sdk>): Auth | undefined {
  fake.sdk = { ...fake.sdk, user: undefined, error: undefined, isLoading: false, ...sdk };
  rerender(<Auth0 config={{ ...config }} onAuth={keep} />);
  return last;
}

/** The tenant's refusal, as the SDK throws it. */
function refusal(description: string): Error {
  return Object.assign(new Error(description), { error: "access_denied", error_description: description });
}

function forgetSession(): void {
  document.cookie = "auth0.abc.is.authenticated=; max-age=0";
}

beforeEach(() => {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("crypto", { subtle: {} });
});

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
  forgetSession();
});

describe("providerOptions", () => {
  it("requests the API's audience and scope, and returns to the site's URL", () => {
    expect(providerOptions(config)).toMatchObject({
      domain: "tenant.example",
      clientId: "abc",
      authorizationParams: {
        audience: "https://api",
        scope: "openid read:private",
        redirect_uri: "http://localhost:3000",
      },
    });
  });

  it("keeps refresh tokens in memory, in a worker served by the site, and resumes a session in a hidden frame", () => {
    expect(providerOptions(config)).toMatchObject({
      cacheLocation: "memory",
      useRefreshTokens: true,
      useRefreshTokensFallback: true,
    });
    expect(providerOptions(config).workerUrl).toMatch(/^\/.*auth0-spa-js\.worker\.production/);
  });

  it("keeps tokens in local storage when the configuration says so", () => {
    expect(providerOptions({ ...config, tokenCache: "localstorage" }).cacheLocation).toBe("localstorage");
  });
});

describe("session", () => {
  it("is not reported before the SDK has checked it", () => {
    expect(report({ isLoading: true })).toBeUndefined();
  });

  it.each([
    {
      name: "all",
      user: { name: "A B", email: "a@b", picture: "https://p" },
      person: { name: "A B", email: "a@b", picture: "https://p" },
    },
    { name: "no name", user: { nickname: "ab", email: "a@b" }, person: { name: "ab", email: "a@b" } },
    { name: "an e-mail only", user: { email: "a@b" }, person: { name: "a@b", email: "a@b" } },
    { name: "a subject only", user: { sub: "auth0|1" }, person: { name: "auth0|1" } },
  ])("names the person from $name", ({ user, person }) => {
    expect(report({ user })?.session).toEqual({ kind: "signedIn", person });
  });

  it("is signed out, without a notice, on a first visit", () => {
    expect(report({})?.session).toEqual({ kind: "signedOut" });
  });

  it("reports that an earlier session was lost", () => {
    document.cookie = "auth0.abc.is.authenticated=true";
    report({ isLoading: true });
    forgetSession();
    expect(change({})?.session).toMatchObject({ kind: "signedOut", notice: { code: "session_lost" } });
  });

  it("reports that the session is unknown if the SDK did not learn that it has ended", () => {
    document.cookie = "auth0.abc.is.authenticated=true";
    expect(report({})?.session).toMatchObject({ kind: "signedOut", notice: { code: "session_unknown" } });
  });

  it("reports that the session has ended", () => {
    report({ user: { name: "A B" } });
    expect(change({})?.session).toMatchObject({ kind: "signedOut", notice: { code: "session_ended" } });
  });

  it("reports that a user who was not signed in canceled", () => {
    expect(report({ error: refusal("User did not authorize the request") })?.session).toMatchObject({
      kind: "signedOut",
      notice: { code: "cancelled" },
    });
  });

  it("reports why a sign-in was refused, cleans the address, and returns to the page where it started", () => {
    history.replaceState(null, "", "/?error=access_denied&error_description=No&state=s");
    const error = Object.assign(new Error("No"), {
      error: "access_denied",
      error_description: "No",
      appState: { returnTo: "/profile" },
    });
    expect(report({ error })?.session).toMatchObject({ kind: "signedOut", notice: { code: "access_denied" } });
    expect(location.pathname + location.search).toBe("/profile");
  });

  it("shows no text of an answer that may be forged", () => {
    history.replaceState(null, "", "/?error=access_denied&error_description=Call+me");
    const session = report({})?.session;
    expect(session).toMatchObject({ kind: "signedOut", notice: { code: "access_denied" } });
    expect(JSON.stringify(session)).not.toContain("Call me");
    expect(location.search).toBe("");
  });

  it("is unavailable where the browser offers no cryptography", () => {
    vi.stubGlobal("crypto", {});
    expect(report({})?.session).toMatchObject({ kind: "unavailable", notice: { code: "insecure_page" } });
  });
});

describe("a user who was signed in before, with an invalid answer", () => {
  const stale = Object.assign(new Error("Invalid state"), { error: "missing_transaction" });

  /** Renders Auth0 for such a user; the SDK is then queried for the session. */
  function resume(error: Error) {
    document.cookie = "auth0.abc.is.authenticated=true";
    let answerIt: (session: boolean) => void = () => undefined;
    const answer = new Promise<void>((resolve, reject) => (answerIt = (ok) => (ok ? resolve() : reject(new Error()))));
    const first = report({ error, getAccessTokenSilently: () => answer });
    return { first, answerIt };
  }

  it.each([
    { name: "a bookmarked callback", error: stale },
    { name: "a cancelled second sign-in", error: refusal("User did not authorize the request") },
  ])("stays signed in after $name, without a notice", async ({ error }) => {
    const { first, answerIt } = resume(error);
    expect(first).toBeUndefined();
    answerIt(true);
    expect(change({ user: { name: "A B" } })?.session).toEqual({ kind: "signedIn", person: { name: "A B" } });
  });

  it("sees why another sign-in was refused, and stays signed in", () => {
    resume(refusal("Only for members")).answerIt(true);
    expect(change({ user: { name: "A B" } })?.session).toMatchObject({
      kind: "signedIn",
      notice: { code: "access_denied" },
    });
  });

  it("is signed out when the session has ended", async () => {
    const { answerIt } = resume(stale);
    answerIt(false);
    await waitFor(() => expect(last?.session).toMatchObject({ kind: "signedOut", notice: { code: "state_mismatch" } }));
  });

  it("makes no request if no user was signed in", () => {
    const getAccessTokenSilently = vi.fn(async () => "t.o.k");
    expect(report({ error: stale, getAccessTokenSilently })?.session).toMatchObject({ kind: "signedOut" });
    expect(getAccessTokenSilently).not.toHaveBeenCalled();
  });
});

describe("after the redirect", () => {
  it.each([
    { returnTo: "/profile", want: "/profile" },
    { returnTo: "https://evil.example/", want: "/" },
    { returnTo: "//evil.example", want: "/" },
    { returnTo: undefined, want: "/" },
  ])("returns to $want for $returnTo", ({ returnTo, want }) => {
    history.replaceState(null, "", "/?code=c&state=s");
    report({});
    act(() => fake.options.onRedirectCallback?.(returnTo === undefined ? {} : { returnTo }));
    expect(location.pathname + location.search).toBe(want);
  });
});

describe("actions", () => {
  it("signs in and up from the page that is open, and out to the site's bare URL", () => {
    history.replaceState(null, "", "/profile?x=1");
    const [loginWithRedirect, logout] = [vi.fn(async () => undefined), vi.fn(async () => undefined)];
    const auth = report({ loginWithRedirect, logout });
    auth?.signIn();
    expect(loginWithRedirect).toHaveBeenLastCalledWith({ appState: { returnTo: "/profile?x=1" } });
    auth?.signUp();
    expect(loginWithRedirect).toHaveBeenLastCalledWith({
      appState: { returnTo: "/profile?x=1" },
      authorizationParams: { screen_hint: "signup" },
    });
    auth?.signOut();
    expect(logout).toHaveBeenLastCalledWith({ logoutParams: { returnTo: "http://localhost:3000" } });
  });

  it("returns the access token, from the cache unless a fresh one is asked for", async () => {
    const getAccessTokenSilently = vi.fn(async () => "t.o.k");
    const auth = report({ getAccessTokenSilently });
    expect(await auth?.accessToken()).toEqual({ kind: "token", token: "t.o.k" });
    expect(getAccessTokenSilently).toHaveBeenLastCalledWith({ cacheMode: "on" });
    await auth?.accessToken(true);
    expect(getAccessTokenSilently).toHaveBeenLastCalledWith({ cacheMode: "off" });
  });

  it.each([
    { error: "login_required", title: "Your session has ended" },
    { error: "missing_refresh_token", title: "Your session has ended" },
    { error: "invalid_grant", title: "Your session has ended" },
    { error: "consent_required", title: "Your consent is needed" },
  ])("explains $error", async ({ error, title }) => {
    const auth = report({ getAccessTokenSilently: () => Promise.reject(Object.assign(new Error("x"), { error })) });
    expect(await auth?.accessToken()).toMatchObject({ kind: "refused", notice: { code: error, title } });
  });

  it("returns the raw ID token, or reports that there is none", async () => {
    expect(await report({ getIdTokenClaims: async () => ({ __raw: "i.d.t" }) })?.idToken()).toEqual({
      kind: "token",
      token: "i.d.t",
    });
    expect(await report({ getIdTokenClaims: async () => undefined })?.idToken()).toMatchObject({ kind: "refused" });
  });
});

describe("hasSessionCookie", () => {
  it.each([
    ["auth0.abc.is.authenticated=true", true],
    ["a=b; auth0.abc.is.authenticated=true", true],
    ["auth0.other.is.authenticated=true", false],
    ["xauth0.abc.is.authenticated=true", false],
    ["", false],
  ])("%j is %s", (cookies, want) => {
    expect(hasSessionCookie(cookies, "abc")).toBe(want);
  });
});
