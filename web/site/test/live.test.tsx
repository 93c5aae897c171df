// @vitest-environment jsdom
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app";
import { takeDeveloper } from "../src/live";
import { answer, config, fakeAuth, fakeSend, loads, signedIn } from "./fakes";

// jsdom has no layout to scroll.
vi.stubGlobal("scrollTo", () => undefined);
Element.prototype.scrollIntoView = () => undefined;

afterEach(() => {
  history.replaceState(null, "", "/");
  sessionStorage.clear();
});

const at = (path: string) => history.replaceState({ kept: 1 }, "", path);
const address = () => location.pathname + location.search + location.hash;

describe("takeDeveloper", () => {
  it("takes the name out of the address bar, and keeps it", () => {
    at("/profile?a=1&live=anna&b=2#top");
    expect(takeDeveloper()).toBe("anna");
    expect(address()).toBe("/profile?a=1&b=2#top");
    expect(history.state).toEqual({ kept: 1 });
    at("/");
    expect(takeDeveloper()).toBe("anna");
  });

  it("follows another link, and forgets the name at an empty one", () => {
    at("/?live=anna");
    takeDeveloper();
    at("/?live=ben-2");
    expect(takeDeveloper()).toBe("ben-2");
    at("/?live=");
    expect(takeDeveloper()).toBeUndefined();
    expect(address()).toBe("/");
  });

  it.each(["Anna", "-anna", "a b", "a/b", "a+b", "a\r\nx-y: z", "ä", "a".repeat(33)])(
    "drops %j, which is no name, and keeps the one before",
    (name) => {
      at("/?live=anna");
      takeDeveloper();
      at(`/?live=${encodeURIComponent(name)}`);
      expect(takeDeveloper()).toBe("anna");
      expect(address()).toBe("/");
    },
  );

  it("does not trust what was kept", () => {
    sessionStorage.setItem("live", "not a name");
    expect(takeDeveloper()).toBeUndefined();
  });

  it("leaves an address without a name as it is", () => {
    at("/?q=a%20b");
    expect(takeDeveloper()).toBeUndefined();
    expect(address()).toBe("/?q=a%20b");
  });
});

/** The site of a stack that is live or not, opened at a path. */
function open(live: boolean, path: string) {
  at(path);
  const site = fakeSend({
    "/config.json": () => answer(200, JSON.stringify({ ...config, ...(live && { live }) })),
    "/api/public": () => answer(200, "Hello stranger!"),
  });
  render(<App send={site.send} loadAuth0={loads(fakeAuth(signedIn))} />);
  return site;
}

/** Calls the public route, and returns what was sent. */
async function callPublic({ sent }: ReturnType<typeof fakeSend>) {
  const button = await screen.findByTestId<HTMLButtonElement>("call-public");
  await waitFor(() => expect(button.disabled).toBe(false));
  const before = sent.length;
  await userEvent.click(button);
  await waitFor(() => expect(sent.length).toBe(before + 1));
  return sent.at(-1);
}

describe("the site of a live stack", () => {
  it("sends the name with each call, but not for its configuration", async () => {
    const site = open(true, "/?live=anna");
    expect(await callPublic(site)).toEqual({ method: "GET", path: "/api/public", live: "anna" });
    expect(site.sent[0]).toEqual({ method: "GET", path: "/config.json" });
    expect(address()).toBe("/");
    expect(screen.getByTestId("live-notice").textContent).toContain("the machine of anna");
  });

  it("turns it off for the rest of the visit, and moves the focus on", async () => {
    const site = open(true, "/?live=anna");
    await userEvent.click(await screen.findByRole("button", { name: "Live: anna, turn off" }));
    expect(screen.queryByTestId("live")).toBeNull();
    expect(document.activeElement?.id).toBe("main");
    expect(screen.getByTestId("live-notice").textContent).toContain("a developer’s machine");
    expect(await callPublic(site)).toEqual({ method: "GET", path: "/api/public" });
    expect(takeDeveloper()).toBeUndefined();
  });

  it("says that it is one, and sends no name, without a link", async () => {
    const site = open(true, "/");
    expect(await callPublic(site)).toEqual({ method: "GET", path: "/api/public" });
    expect(screen.getByTestId("live-notice").getAttribute("role")).toBe("status");
    expect(screen.queryByTestId("live")).toBeNull();
  });

  it("has no violation that axe finds", async () => {
    await callPublic(open(true, "/?live=anna"));
    // jsdom computes no colors; the palette has a test of its own.
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});

describe("the site of any other stack", () => {
  it("takes no notice of such a link, or of a name that was kept", async () => {
    sessionStorage.setItem("live", "ben");
    const site = open(false, "/?live=anna");
    expect(await callPublic(site)).toEqual({ method: "GET", path: "/api/public" });
    expect(address()).toBe("/?live=anna");
    expect(screen.queryByTestId("live")).toBeNull();
    expect(screen.queryByTestId("live-notice")).toBeNull();
    expect(sessionStorage.getItem("live")).toBe("ben");
  });
});
