// @vitest-environment jsdom
// An additional route: one row in the table of endpoints, and the start page calls it.
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useMemo } from "react";
import { describe, expect, it } from "vitest";
import { apiOf } from "../src/api";
import { useCalls } from "../src/calls";
import { endpoints, type Endpoint } from "../src/endpoints";
import type { Send } from "../src/http";
import { Home } from "../src/pages/home";
import type { Session } from "../src/session";
import { answer, fakeAuth, fakeSend, signedIn } from "./fakes";

// jsdom has no layout to scroll.
Element.prototype.scrollIntoView = () => undefined;

const order: Endpoint = {
  method: "POST",
  path: "/orders/{customer}",
  about: "Places an order.",
  token: true,
  body: { item: "tea", count: 2 },
};

/** The start page with these routes. */
function Start({ rows, session, send }: { rows: Endpoint[]; session: Session; send: Send }) {
  const auth = useMemo(
    () => fakeAuth(session, { accessToken: async () => ({ kind: "token", token: "t.o.k" }) }),
    [session],
  );
  const api = useMemo(() => apiOf("/api", auth, send), [auth, send]);
  return <Home auth={auth} api={api} calls={useCalls(api, session.kind === "signedIn")} ready endpoints={rows} />;
}

function open(row: Endpoint, session: Session = signedIn) {
  const site = fakeSend({
    "/api/orders/jane": ({ body }) => answer(201, JSON.stringify({ ordered: body })),
    "/api/picture": () => ({
      kind: "ok",
      status: 200,
      headers: [],
      content: { kind: "binary", type: "image/png", bytes: new Uint8Array(3) },
      millis: 1,
    }),
  });
  render(<Start rows={[row]} session={session} send={site.send} />);
  return site;
}

const result = async (status: string) => {
  await waitFor(() => expect(screen.getAllByTestId("call-result")[0]?.dataset.status).toBe(status));
  return within(screen.getAllByTestId("call-result")[0] ?? document.body);
};

describe("a POST route", () => {
  it("is called with its variable, its body and the token, and shows what it answered", async () => {
    const site = open(order);
    await userEvent.type(screen.getByLabelText("customer"), "jane");
    await userEvent.click(screen.getByRole("button", { name: "Call POST /orders/{customer}" }));
    const shown = await result("201");
    expect(site.sent).toEqual([
      { method: "POST", path: "/api/orders/jane", body: { item: "tea", count: 2 }, token: "t.o.k" },
    ]);
    expect(shown.getByTestId("result-body").textContent).toBe('{"ordered":{"item":"tea","count":2}}');
    expect(shown.getByRole("heading", { level: 3 }).textContent).toBe("POST http://localhost:3000/api/orders/jane");
    expect(screen.getByRole("status").textContent).toContain("POST /api/orders/jane: 201 Created.");
  });

  it("sends the body as it was edited, and without the token when that is left out", async () => {
    const site = open(order);
    await userEvent.type(screen.getByLabelText("customer"), "jane");
    const field = screen.getByLabelText("Body (JSON)");
    await userEvent.clear(field);
    await userEvent.click(field);
    await userEvent.paste('["coffee"]');
    await userEvent.click(screen.getByLabelText("Leave the token out"));
    await userEvent.click(screen.getByTestId("call-post-orders-customer"));
    await result("201");
    expect(site.sent).toEqual([{ method: "POST", path: "/api/orders/jane", body: ["coffee"] }]);
  });

  it("is not called with a body that is not JSON, and reports that", async () => {
    const site = open(order);
    await userEvent.type(screen.getByLabelText("customer"), "jane");
    const field = screen.getByLabelText("Body (JSON)");
    await userEvent.clear(field);
    await userEvent.paste("{tea}");
    await userEvent.click(screen.getByTestId("call-post-orders-customer"));
    expect(screen.getByRole("alert").textContent).toMatch(/^This is not JSON, so nothing was sent: .+\.$/);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(site.sent).toEqual([]);
    await userEvent.clear(field);
    expect(screen.getByRole("alert").textContent).toBe("");
  });

  it("is not called before its variable is filled in", async () => {
    const site = open(order);
    await userEvent.click(screen.getByTestId("call-post-orders-customer"));
    expect(site.sent).toEqual([]);
  });
});

describe("any route", () => {
  it("sends no body if the table has none, and describes a body that it cannot show", async () => {
    const site = open({ method: "GET", path: "/picture", about: "A picture.", token: false });
    expect(screen.queryByRole("textbox")).toBeNull();
    await userEvent.click(screen.getByTestId("call-picture"));
    const shown = await result("200");
    expect(shown.getByTestId("result-body").textContent).toBe("(3 bytes of image/png)");
    expect(site.sent).toEqual([{ method: "GET", path: "/api/picture" }]);
  });

  it("offers to copy no token without a user", async () => {
    const site = open({ ...order, path: "/orders" }, { kind: "signedOut" });
    expect(screen.queryByRole("checkbox")).toBeNull();
    await userEvent.click(screen.getByTestId("call-post-orders"));
    await result("404");
    expect(site.sent[0]).not.toHaveProperty("token");
  });
});

describe("the table of endpoints", () => {
  it("has each route once", () => {
    const keys = endpoints.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
