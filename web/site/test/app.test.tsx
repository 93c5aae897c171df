// @vitest-environment jsdom
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app";
import type { Reply, Send } from "../src/http";
import { pages } from "../src/pages";
import { productName } from "../src/product";
import type { Session } from "../src/session";
import { noticeFor } from "../src/sign-in-errors";
import { answer, config, fakeAuth, fakeSend, fakeSite, loads, signedIn } from "./fakes";

// jsdom has no layout to scroll.
vi.stubGlobal("scrollTo", () => undefined);
const scrolledTo: (string | undefined)[] = [];
Element.prototype.scrollIntoView = function (this: HTMLElement) {
  scrolledTo.push(this.dataset.status);
};

afterEach(() => {
  history.replaceState(null, "", "/");
  scrolledTo.length = 0;
});

/** The site in a session. */
function open(session: Session, site: { send: Send } = fakeSite(), path = "/") {
  history.replaceState(null, "", path);
  const auth = fakeAuth(session);
  render(<App send={site.send} loadAuth0={loads(auth)} />);
  return auth;
}

const newest = async (status: string) => {
  await waitFor(() => expect(screen.getAllByTestId("call-result")[0]?.dataset.status).toBe(status));
  return within(screen.getAllByTestId("call-result")[0] ?? document.body);
};

describe("while loading", () => {
  const never = () => new Promise<never>(() => undefined);

  it("shows the page with its buttons disabled", () => {
    render(<App send={never} loadAuth0={never} />);
    expect(screen.getByRole("heading", { level: 1 })).toBeDefined();
    expect(screen.getByTestId<HTMLButtonElement>("call-public").disabled).toBe(true);
    expect(screen.getByTestId<HTMLButtonElement>("call-private").disabled).toBe(true);
    expect(screen.queryByTestId("sign-in")).toBeNull();
  });

  it("calls the public route while the SDK is loading", async () => {
    render(<App send={fakeSite().send} loadAuth0={never} />);
    await waitFor(() => expect(screen.getByTestId<HTMLButtonElement>("call-public").disabled).toBe(false));
    expect(screen.getByTestId<HTMLButtonElement>("call-private").disabled).toBe(true);
  });
});

describe("signed out", () => {
  it("offers to sign in and up", async () => {
    const auth = open({ kind: "signedOut" });
    await userEvent.click(await screen.findByTestId("sign-in"));
    await userEvent.click(screen.getByTestId("sign-up"));
    expect(auth.calls).toEqual(["signIn", "signUp"]);
    expect(screen.queryByTestId("app-error")).toBeNull();
  });

  it("gets the public greeting", async () => {
    open({ kind: "signedOut" });
    await userEvent.click(await screen.findByTestId("call-public").then((button) => waitEnabled(button)));
    const result = await newest("200");
    expect(result.getByTestId("result-status").textContent).toBe("200 OK");
    expect(result.getByTestId("result-body").textContent).toBe("Hello stranger!");
    expect(result.getByText("content-type")).toBeDefined();
    expect(result.getByText("7 ms")).toBeDefined();
  });

  it("sees the 401 of the private route, the reason, and a sign-in button", async () => {
    const auth = open({ kind: "signedOut" });
    await userEvent.click(await screen.findByTestId("call-private").then((button) => waitEnabled(button)));
    const result = await newest("401");
    expect(result.getByTestId("result-body").textContent).toBe('{"message":"Unauthorized"}');
    expect(result.getByTestId("result-reason").textContent).toContain("You are signed out");
    await userEvent.click(result.getByRole("button", { name: "Sign in" }));
    expect(auth.calls).toEqual(["signIn"]);
  });

  it("sees why a sign-in failed", async () => {
    open({
      kind: "signedOut",
      notice: { code: "access_denied", title: "The sign-in was refused", text: "Consent was declined." },
    });
    const notice = await screen.findByTestId("app-error");
    expect(notice.getAttribute("role")).toBe("alert");
    expect(notice.textContent).toBe("The sign-in was refusedConsent was declined.");
  });
});

describe("a sign-in that was cancelled", () => {
  it("is not an alert", async () => {
    open({ kind: "signedOut", notice: noticeFor("cancelled") });
    const notice = await screen.findByTestId("app-error");
    expect(notice.getAttribute("role")).toBe("status");
    expect(notice.className).toContain("calm");
    expect(screen.getByTestId("sign-in")).toBeDefined();
  });
});

describe("signed in", () => {
  it("shows the user, and signs out", async () => {
    const auth = open(signedIn);
    expect((await screen.findByTestId("user-name")).textContent).toBe("Some Body");
    expect(screen.getByTestId("user-email").textContent).toBe("some.body@example.com");
    await userEvent.click(screen.getByTestId("sign-out"));
    expect(auth.calls).toEqual(["signOut"]);
  });

  it("gets the private greeting with the token, and shows the token nowhere", async () => {
    const site = fakeSite();
    open(signedIn, site);
    await screen.findByTestId("user-name");
    await userEvent.click(screen.getByTestId("call-private"));
    const result = await newest("200");
    expect(result.getByTestId("result-body").textContent).toBe("Hello auth0|1!");
    const token = site.sent.at(-1)?.token ?? "";
    expect(token.split(".").length).toBe(3);
    expect(document.body.innerHTML).not.toContain(token.slice(0, 20));
  });

  it("leaves the token out if configured", async () => {
    const site = fakeSite();
    open(signedIn, site);
    await screen.findByTestId("user-name");
    await userEvent.click(tokenBoxOf("call-private"));
    await userEvent.click(screen.getByTestId("call-private"));
    const result = await newest("401");
    expect(site.sent.at(-1)).toEqual({ method: "GET", path: "/api/private" });
    expect(result.getByTestId("result-reason").textContent).toContain("You chose to send none");
  });
});

describe("results", () => {
  it("are sorted newest first, survive navigation, and can be cleared", async () => {
    open(signedIn);
    await screen.findByTestId("user-name");
    await userEvent.click(screen.getByTestId("call-public"));
    await newest("200");
    await userEvent.click(tokenBoxOf("call-private"));
    await userEvent.click(screen.getByTestId("call-private"));
    await newest("401");
    await userEvent.click(screen.getByTestId("profile-link"));
    await userEvent.click(screen.getByTestId("home-link"));
    expect(screen.getAllByTestId("call-result").map((result) => result.dataset.status)).toEqual(["401", "200"]);
    await userEvent.click(screen.getByRole("button", { name: "Clear" }));
    expect(screen.queryAllByTestId("call-result")).toEqual([]);
    expect(screen.getByText("No calls yet.")).toBeDefined();
  });

  it("are scrolled into view when they start and end, but not after navigation", async () => {
    open(signedIn);
    await screen.findByTestId("user-name");
    await userEvent.click(screen.getByTestId("call-public"));
    await newest("200");
    await waitFor(() => expect(scrolledTo.at(-1)).toBe("200"));
    const before = scrolledTo.length;
    await userEvent.click(screen.getByTestId("profile-link"));
    await userEvent.click(screen.getByTestId("home-link"));
    await newest("200");
    expect(scrolledTo.length).toBe(before);
  });

  it("are pending until they end, and then announced", async () => {
    let end: (reply: Reply) => void = () => undefined;
    const site = fakeSend({
      "/config.json": () => answer(200, JSON.stringify(config)),
      "/api/public": () => new Promise<Reply>((resolve) => (end = resolve)),
    });
    open({ kind: "signedOut" }, site);
    await userEvent.click(await screen.findByTestId("call-public").then((button) => waitEnabled(button)));
    await newest("pending");
    expect(screen.getByRole("status").textContent).toBe("");
    end(answer(500, '{"message":"Internal Server Error"}'));
    await newest("500");
    expect(screen.getByRole("status").textContent).toBe(
      "GET /api/public: 500 Internal Server Error. The handler failed.",
    );
  });

  it("explain a network failure", async () => {
    const site = fakeSend({
      "/config.json": () => answer(200, JSON.stringify(config)),
      "/api/public": () => ({ kind: "unanswered", cause: "network", detail: "Failed to fetch", millis: 3 }),
    });
    open({ kind: "signedOut" }, site);
    await userEvent.click(await screen.findByTestId("call-public").then((button) => waitEnabled(button)));
    const result = await newest("network");
    expect(result.getByTestId("result-status").textContent).toBe("No answer");
    expect(result.queryByTestId("result-body")).toBeNull();
  });

  it("cut a body that would freeze the page, and render none as markup", async () => {
    const site = fakeSend({
      "/config.json": () => answer(200, JSON.stringify(config)),
      "/api/public": () => answer(200, `<img src=x>${"y".repeat(30_000)}`),
    });
    open({ kind: "signedOut" }, site);
    await userEvent.click(await screen.findByTestId("call-public").then((button) => waitEnabled(button)));
    const body = (await newest("200")).getByTestId("result-body");
    expect(body.textContent).toMatch(/^<img src=x>y+\n… and 10011 more characters$/);
    expect(body.querySelector("img")).toBeNull();
  });
});

describe("when it cannot start", () => {
  it("reports what is wrong with the configuration", async () => {
    open(signedIn, fakeSend({ "/config.json": () => answer(200, '{"auth0":{},"apiUrl":"/api"}') }));
    const alert = await screen.findByTestId("app-error");
    expect(alert.dataset.code).toBe("config");
    expect(alert.textContent).toContain("auth0.clientId: expected a text, got nothing.");
    expect(screen.queryByTestId("sign-in")).toBeNull();
  });

  it("reports that the sign-in could not be loaded, and still calls the API", async () => {
    render(<App send={fakeSite().send} loadAuth0={missing} />);
    expect((await screen.findByTestId("app-error")).dataset.code).toBe("sdk");
    await userEvent.click(screen.getByTestId("call-private"));
    await newest("401");
  });

  const missing = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
});

describe("pages", () => {
  it.each(pages)(
    "has one at $path with a heading, which its link leads to if it has one",
    async ({ path, inNav, title }) => {
      open({ kind: "signedOut" }, fakeSite(), path);
      await screen.findByTestId("sign-in");
      // A page may be lazy, and is then imported first.
      const headings = await screen.findAllByRole("heading", { level: 1 }, { timeout: 10_000 });
      expect(headings.length).toBe(1);
      const links = within(screen.getByRole("navigation", { name: "Pages" })).queryAllByRole("link", {
        current: "page",
      });
      expect(links.map((link) => link.textContent)).toEqual(inNav ? [title] : []);
    },
  );

  it("have titles, and take the focus after navigation", async () => {
    open({ kind: "signedOut" });
    await screen.findByTestId("sign-in");
    expect(document.title).toBe(productName);
    expect(document.activeElement).toBe(document.body);
    await userEvent.click(screen.getByTestId("profile-link"));
    expect(document.title).toBe(`Profile – ${productName}`);
    expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1, name: "Profile" }));
    expect(screen.getByTestId("profile-link").getAttribute("aria-current")).toBe("page");
  });

  it("report an unknown path", async () => {
    open({ kind: "signedOut" }, fakeSite(), "/nowhere");
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Page not found");
    expect(screen.getByText("/nowhere")).toBeDefined();
    await userEvent.click(screen.getByRole("link", { name: "Go to the start page" }));
    expect(location.pathname).toBe("/");
  });

  it("start with a link that skips the header", async () => {
    open({ kind: "signedOut" });
    await screen.findByTestId("sign-in");
    await userEvent.tab();
    expect(document.activeElement?.getAttribute("href")).toBe("#main");
    expect(document.getElementById("main")?.tagName).toBe("MAIN");
  });
});

/** The check box that leaves a route's token out. */
function tokenBoxOf(button: string): HTMLElement {
  const card = screen.getByTestId(button).closest("article");
  return within(card ?? document.body).getByLabelText("Leave the token out");
}

async function waitEnabled(button: HTMLElement): Promise<HTMLElement> {
  await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
  return button;
}
