// @vitest-environment jsdom
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Profile } from "../src/pages/profile";
import { initials } from "../src/parts/avatar";
import type { TokenResult } from "../src/session";
import { apiWithout, fakeAuth, signedIn } from "./fakes";
import { token } from "../../shared/test/tokens";

afterEach(() => {
  vi.useRealTimers();
});

describe("signed out", () => {
  it("explains what it shows and offers to sign in", () => {
    const auth = fakeAuth({ kind: "signedOut" });
    render(<Profile auth={auth} />);
    expect(screen.getByText(/Sign in to see them/)).toBeDefined();
    fireEvent.click(screen.getByRole("button", { name: "Sign in to see your profile" }));
    expect(auth.calls).toEqual(["signIn"]);
    expect(screen.queryByTestId("id-claims")).toBeNull();
  });

  it("does not report it before the stream has connected", () => {
    render(<Profile auth={fakeAuth({ kind: "starting" })} />);
    expect(screen.getByRole("status").textContent).toContain("Checking whether you are signed in");
    expect(screen.queryByRole("button")).toBeNull();
  });
});

describe("signed in", () => {
  it("shows the claims of both tokens, with their meaning", async () => {
    render(<Profile auth={fakeAuth(signedIn)} />);
    const access = await screen.findByTestId("access-claims");
    expect(access.querySelector('[data-claim="scope"] dd')?.textContent).toBe("read:private");
    expect(access.querySelector('[data-claim="sub"] dt')?.textContent).toContain("Subject");
    const id = await screen.findByTestId("id-claims");
    expect(id.querySelector('[data-claim="name"] dd')?.textContent).toBe("Some Body");
  });

  it("says which rights the tenant did not grant", async () => {
    render(<Profile auth={fakeAuth(signedIn)} api={apiWithout("You lack write:orders.")} />);
    const text = (await screen.findByTestId("missing-rights")).textContent;
    expect(text).toContain("You lack write:orders.");
  });

  it("says nothing of rights if none is missing", async () => {
    render(<Profile auth={fakeAuth(signedIn)} api={apiWithout("")} />);
    await screen.findByTestId("access-claims");
    expect(screen.queryByTestId("missing-rights")).toBeNull();
  });

  it("counts down the time left", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    let seconds = 1_000_000;
    render(<Profile auth={fakeAuth(signedIn)} now={now} />);
    const left = await screen.findByTestId("time-left");
    expect(left.textContent).toBe("1 h 00 min 00 s");
    seconds += 61;
    act(() => void vi.advanceTimersByTime(1000));
    expect(left.textContent).toBe("58 min 59 s");
    seconds += 3600;
    act(() => void vi.advanceTimersByTime(1000));
    expect(left.textContent).toBe("expired 1 min 01 s ago");

    function now() {
      return seconds * 1000;
    }
  });

  it("renews the token on request", async () => {
    const auth = fakeAuth(signedIn);
    render(<Profile auth={auth} />);
    fireEvent.click(await screen.findByRole("button", { name: "Renew now" }));
    await waitFor(() => expect(auth.calls).toEqual(["token", "freshToken"]));
  });

  it("keeps showing a token that could not be renewed, with the reason", async () => {
    const notice = { code: "network", title: "The tenant could not be reached", text: "The connection failed." };
    const good: TokenResult = { kind: "token", token: token({ sub: "auth0|1" }) };
    let up = true;
    const accessToken = async (fresh = false): Promise<TokenResult> =>
      !fresh || up ? good : { kind: "refused", notice };
    render(<Profile auth={fakeAuth(signedIn, { accessToken })} />);
    await screen.findByTestId("access-claims");
    up = false;
    fireEvent.click(screen.getByRole("button", { name: "Renew now" }));
    expect((await screen.findByRole("alert")).textContent).toContain("The tenant could not be reached.");
    expect(screen.getByTestId("access-claims").textContent).toContain("auth0|1");
    expect(screen.getByTestId("id-claims")).toBeDefined();
    up = true;
    fireEvent.click(screen.getByRole("button", { name: "Renew now" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  it("copies the token without showing it", async () => {
    const secret = token({ sub: "auth0|1" });
    const writeText = vi.fn(async () => undefined);
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    render(<Profile auth={fakeAuth(signedIn, { accessToken: async () => ({ kind: "token", token: secret }) })} />);
    fireEvent.click((await screen.findAllByRole("button", { name: "Copy the token" }))[0] ?? document.body);
    expect(await screen.findByText("Copied")).toBeDefined();
    expect(writeText).toHaveBeenCalledWith(secret);
    expect(document.body.innerHTML).not.toContain(secret);
    vi.unstubAllGlobals();
  });

  it.each([
    { name: "opaque", value: "9f8a7d", says: "This token is opaque" },
    { name: "encrypted", value: "a.b.c.d.e", says: "This token is encrypted" },
    { name: "broken", value: "!.!.!", says: "is not base64url-encoded JSON" },
  ])("explains a token that is $name", async ({ value, says }) => {
    render(<Profile auth={fakeAuth(signedIn, { accessToken: async () => ({ kind: "token", token: value }) })} />);
    expect((await screen.findByTestId("access-claims")).textContent).toContain(says);
    expect(screen.queryByTestId("time-left")).toBeNull();
  });

  it("reports why there is no token, and how to get one", async () => {
    const notice = { code: "consent_required", title: "Your consent is needed", text: "Sign in to answer." };
    const auth = fakeAuth(signedIn, { accessToken: async () => ({ kind: "refused", notice }) });
    render(<Profile auth={auth} />);
    expect(await screen.findByText("Your consent is needed.")).toBeDefined();
    fireEvent.click(screen.getByRole("button", { name: "Sign in again" }));
    expect(auth.calls).toEqual(["signIn"]);
  });
});

describe("picture", () => {
  it("is loaded without a referrer, and replaced by initials if it fails", () => {
    const auth = fakeAuth({ kind: "signedIn", person: { name: "Some Body", picture: "https://p.example/1.png" } });
    const { container } = render(<Profile auth={auth} />);
    const image = container.querySelector("img");
    expect(image?.getAttribute("referrerpolicy")).toBe("no-referrer");
    if (image !== null) fireEvent.error(image);
    expect(container.querySelector("img")).toBeNull();
    expect(container.querySelector(".avatar")?.textContent).toBe("SB");
  });

  it.each([
    ["Some Body", "SB"],
    ["Some Other Body", "SB"],
    ["some.body@example.com", "SB"],
    ["éa", "É"],
    ["😀 x", "😀X"],
    ["@", "?"],
    ["", "?"],
  ])("initials of %j are %s", (name, want) => {
    expect(initials(name)).toBe(want);
  });
});
