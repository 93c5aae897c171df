// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Tenant } from "../src/model";
import { empty } from "../src/store";
import { EventActions } from "../src/views/event-actions";
import { TenantView } from "../src/views/tenant";
import { request } from "./fakes";

const tenant: Tenant = {
  url: "http://localhost:3002",
  users: [
    { id: "u", email: "b@example.com", name: "", verified: false, created: 1, ready: false, roles: null },
    { id: "r", email: "dev@example.com", name: "Dev", verified: true, created: 1, ready: true, roles: ["manager"] },
  ],
  sessions: [{ id: "s", user: "a@example.com", signedIn: 1, lastSeen: 2 }],
  grants: [
    {
      id: "g",
      user: "a@example.com",
      client: "c",
      audience: "a",
      scopes: null,
      signedIn: 1,
      lastUsed: 2,
      refreshed: 0,
      revoked: false,
      expired: false,
    },
  ],
  tokens: null,
  keys: ["k"],
  roles: [{ name: "manager", description: "Manages orders", scopes: ["write:orders"] }],
};

const nothing = () => undefined;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe.each([
  { token: "", ready: false },
  { token: "t", ready: true },
])("with the stream's token $token", ({ token, ready }) => {
  const expectReady = (names: string[]) => {
    for (const name of names) expect((screen.getByText(name) as HTMLButtonElement).disabled).toBe(!ready);
  };

  it("the replay button", () => {
    render(<EventActions request={request("1")} event="{}" token={token} onSelect={nothing} />);
    expectReady(["Replay"]);
  });

  it("the tenant's buttons", async () => {
    vi.stubGlobal("fetch", async () => Response.json(tenant));
    const store = { ...empty, token };
    render(<TenantView store={store} explorer={{ sent: [] }} onExplorer={nothing} />);
    await screen.findByText("Rotate");
    expectReady(["End", "Expire", "Revoke", "Rotate", "Edit", "Delete", "Add a user"]);
  });
});

it("names what each button acts on, and does not change the ready user", async () => {
  vi.stubGlobal("fetch", async () => Response.json(tenant));
  render(<TenantView store={{ ...empty, token: "t" }} explorer={{ sent: [] }} onExplorer={nothing} />);
  await screen.findByText("Rotate");
  const names = screen
    .getAllByRole("button")
    .map((button) => button.getAttribute("aria-label") ?? button.textContent ?? "");
  expect(names.map((name) => name.replace(/\d\d:\d\d:\d\d\.\d+/, "TIME"))).toEqual([
    "Edit b@example.com",
    "Delete b@example.com",
    "Add a user",
    "End session of a@example.com, signed in TIME",
    "Expire grant of a@example.com, signed in TIME",
    "Revoke grant of a@example.com, signed in TIME",
    "Rotate the signing keys",
  ]);
});

it("gives and takes a role with a check box for each user, and shows none without roles", async () => {
  const sent: unknown[] = [];
  const respond = (body: Tenant) =>
    vi.stubGlobal("fetch", async (_url: string, init?: RequestInit) => {
      if (typeof init?.body === "string") sent.push(JSON.parse(init.body));
      return Response.json(body);
    });
  respond(tenant);
  const view = <TenantView store={{ ...empty, token: "t" }} explorer={{ sent: [] }} onExplorer={nothing} />;
  const { unmount } = render(view);
  const boxes = (await screen.findAllByTestId("role")) as HTMLInputElement[];
  expect(boxes.map((box) => box.checked)).toEqual([false, true]);
  for (const box of boxes) fireEvent.click(box);
  expect(sent).toEqual([
    { do: "give-role", id: "u", user: "b@example.com", role: "manager" },
    { do: "take-role", id: "r", user: "dev@example.com", role: "manager" },
  ]);
  expect((await screen.findByTestId("done")).textContent).toContain("manager");
  unmount();
  respond({ ...tenant, roles: null });
  render(view);
  await screen.findByText("Rotate");
  expect(screen.queryByTestId("role")).toBeNull();
});
