// The only file that talks to Auth0. It loads in parallel with the first paint, and reports its state as an Auth:
// the rest of the page does not use the SDK.
import { Auth0Provider, useAuth0, type AppState, type Auth0ProviderOptions, type User } from "@auth0/auth0-react";
// Served by the site itself: the SDK's own copy starts from a blob: URL, which the CSP would have to allow.
import workerUrl from "@auth0/auth0-spa-js/dist/auth0-spa-js.worker.production.js?worker&url";
import { useEffect, useRef, useState } from "react";
import type { Config } from "./config";
import { navigate } from "../../shared/router";
import { safeReturnTo } from "./return-to";
import { authWithout, type Auth, type Notice, type Person, type Session, type TokenResult } from "./session";
import { noticeFor, noticeFrom, strayError, tokenNotice } from "./sign-in-errors";

export interface Auth0Props {
  config: Config;
  /** Called with each new state, first when the SDK knows whether a user is signed in. */
  onAuth: (auth: Auth) => void;
}

/** Runs the SDK; renders nothing. */
export function Auth0({ config, onAuth }: Auth0Props) {
  // The SDK's constructor throws without it, https://github.com/auth0/auth0-spa-js/blob/v2.27.0/src/utils.ts (validateCrypto)
  const secure = window.isSecureContext && window.crypto?.subtle !== undefined;
  useEffect(() => {
    if (!secure) onAuth(authWithout({ kind: "unavailable", notice: noticeFor("insecure_page") }));
  }, [secure, onAuth]);
  if (!secure) return null;
  return (
    <Auth0Provider {...providerOptions(config)} onRedirectCallback={returnToPage}>
      <Reporter onAuth={onAuth} clientId={config.clientId} />
    </Auth0Provider>
  );
}

/** The SDK's options: code + PKCE, rotating refresh tokens.
 *  https://auth0.github.io/auth0-spa-js/interfaces/Auth0ClientOptions.html */
export function providerOptions(config: Config) {
  return {
    domain: config.domain,
    clientId: config.clientId,
    authorizationParams: {
      audience: config.audience,
      scope: config.scope,
      // Exactly the callback URL that the deployment registered: the site's URL, without a path.
      redirect_uri: window.location.origin,
    },
    cacheLocation: config.tokenCache,
    useRefreshTokens: true,
    // After a reload the memory cache is empty; the hidden frame (prompt=none) then resumes the session.
    useRefreshTokensFallback: true,
    // How long the SDK remembers that a user was signed in, and therefore tries the frame. The tenant decides the rest.
    sessionCheckExpiryDays: 30,
    // With the default of 60 s the page would wait too long for a tenant that is down.
    authorizeTimeoutInSeconds: 15,
    workerUrl,
  } satisfies Auth0ProviderOptions;
}

// Replaces the SDK's own, which would navigate to any appState.
function returnToPage(appState?: AppState): void {
  navigate(safeReturnTo(appState?.returnTo, window.location.origin), "replace");
}

/** Reports the SDK's state as a Session whenever it changes. */
function Reporter({ onAuth, clientId }: { onAuth: Auth0Props["onAuth"]; clientId: string }) {
  const sdk = useAuth0();
  // Both are read before the SDK has changed them: this component first renders before its provider's effects run.
  const [before] = useState(() => ({
    stray: strayError(location.search),
    hadSession: hasSessionCookie(document.cookie, clientId),
  }));
  const { isLoading, user, error } = sdk;
  // The SDK drops an error once a user is signed in.
  const [failure, setFailure] = useState<Error>();
  const seen = useRef(false);
  const resumed = useResumed(sdk, before.hadSession);
  useEffect(() => {
    if (error !== undefined) setFailure(error);
    if (error !== undefined || before.stray !== undefined) leaveAnswer(error);
  }, [error, before]);
  useEffect(() => {
    if (isLoading || !resumed) return;
    if (user !== undefined) seen.current = true;
    const past = { ...before, failure: failure ?? error, seen: seen.current };
    onAuth(
      authOf(
        sdk,
        sessionOf(user, past, () => hasSessionCookie(document.cookie, clientId)),
      ),
    );
    // The SDK's functions are stable; its state is what these hold.
  }, [isLoading, resumed, user, error, failure, before, clientId, onAuth]);
  return null;
}

/** Whether every way to find out who is signed in was tried. The SDK treats an answer in the address as a sign-in and,
 *  if that fails, stops there: a user who was signed in before, and has opened a callback URL from a bookmark or
 *  canceled a second sign-in, is still signed in. */
function useResumed(sdk: ReturnType<typeof useAuth0>, hadSession: boolean): boolean {
  const { error, user, getAccessTokenSilently } = sdk;
  const needed = error !== undefined && user === undefined && hadSession;
  const [tried, setTried] = useState(false);
  useEffect(() => {
    if (!needed || tried) return;
    const done = () => setTried(true);
    getAccessTokenSilently().then(done, done);
  }, [needed, tried, getAccessTokenSilently]);
  return !needed || tried;
}

/** What happened before the SDK's current state. */
interface Past {
  /** The code of an error answer that may be forged. */
  stray: string | undefined;
  /** Whether a user was signed in when the page was last open. */
  hadSession: boolean;
  /** Why the sign-in that loaded this page failed. */
  failure: Error | undefined;
  /** Whether a user has been signed in since the page was loaded. */
  seen: boolean;
}

function sessionOf(user: User | undefined, past: Past, hasSession: () => boolean): Session {
  const failure = past.failure === undefined ? undefined : noticeFrom(past.failure);
  if (user !== undefined) {
    const person = personOf(user);
    return failure === undefined || harmless.includes(failure.code)
      ? { kind: "signedIn", person }
      : { kind: "signedIn", person, notice: failure };
  }
  const signedOut = (notice: Notice): Session => ({ kind: "signedOut", notice });
  if (past.seen) return signedOut(noticeFor("session_ended"));
  if (failure !== undefined) return signedOut(failure);
  if (past.stray !== undefined) return signedOut(noticeFor(past.stray));
  if (!past.hadSession) return { kind: "signedOut" };
  // The SDK removes its cookie only if the tenant answers that there is no session:
  // https://github.com/auth0/auth0-spa-js/blob/v2.27.0/src/Auth0Client.ts (_getTokenFromIFrame)
  return signedOut(noticeFor(hasSession() ? "session_unknown" : "session_lost"));
}

/** Failures that do not concern a user who is signed in. */
const harmless = ["state_mismatch", "cancelled"];

function authOf(sdk: ReturnType<typeof useAuth0>, session: Session): Auth {
  const appState = () => ({ returnTo: location.pathname + location.search + location.hash });
  return {
    session,
    signIn: () => void sdk.loginWithRedirect({ appState: appState() }),
    signUp: () => void sdk.loginWithRedirect({ appState: appState(), authorizationParams: { screen_hint: "signup" } }),
    signOut: () => void sdk.logout({ logoutParams: { returnTo: window.location.origin } }),
    accessToken: (fresh = false) => tokenResult(() => sdk.getAccessTokenSilently({ cacheMode: fresh ? "off" : "on" })),
    idToken: () => tokenResult(async () => (await sdk.getIdTokenClaims())?.__raw),
  };
}

/** Converts every failure of the SDK to a notice. */
async function tokenResult(get: () => Promise<string | undefined>): Promise<TokenResult> {
  try {
    const token = await get();
    return token === undefined ? { kind: "refused", notice: noticeFor("login_required") } : { kind: "token", token };
  } catch (error) {
    return { kind: "refused", notice: tokenNotice(error) };
  }
}

// Only `sub` is required: https://openid.net/specs/openid-connect-core-1_0.html#IDToken
function personOf(user: User): Person {
  const name = user.name ?? user.nickname ?? user.email ?? user.sub ?? "Signed in";
  return {
    name,
    ...(user.email !== undefined && { email: user.email }),
    ...(user.picture !== undefined && { picture: user.picture }),
  };
}

/** After a refused sign-in: returns to the page where it started, and removes the answer from the address. */
function leaveAnswer(error: Error | undefined): void {
  const appState: unknown = error !== undefined && "appState" in error ? error.appState : undefined;
  const from =
    typeof appState === "object" && appState !== null && "returnTo" in appState ? appState.returnTo : location.pathname;
  navigate(safeReturnTo(from, location.origin), "replace");
}

/** Whether a user was signed in here when the page was last open. The cookie is internal to the SDK:
 *  https://github.com/auth0/auth0-spa-js/blob/v2.27.0/src/Auth0Client.utils.ts (buildIsAuthenticatedCookieName) */
export function hasSessionCookie(cookies: string, clientId: string): boolean {
  return cookies.split(/;\s*/).some((cookie) => cookie.startsWith(`auth0.${clientId}.is.authenticated=`));
}
