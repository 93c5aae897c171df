// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Tenant } from "../../console/src/model";
import { empty } from "../../console/src/store";
import { EventActions } from "../../console/src/views/event-actions";
import { TenantView } from "../../console/src/views/tenant";
import { request } from "./fakes";

const tenant: Tenant = {
  url: "http://localhost:3002",
  users: null,
  sessions: [{ id: "s", user: "a@example.com", signedIn: 1, lastSeen: 2 }],
  grants: [
    { id: "g", user: "a@example.com", client: "c", audience: "a", scopes: null, signedIn: 1, lastUsed: 2, refreshed: 0, revoked: false },
  ],
  tokens: null,
  keys: ["k"],
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

  it("a replay can be asked for, or not yet", () => {
    render(<EventActions request={request("1")} event="{}" token={token} onSelect={nothing} />);
    expectReady(["Replay"]);
  });

  it("the tenant can be driven, or not yet", async () => {
    vi.stubGlobal("fetch", async () => Response.json(tenant));
    const store = { ...empty, token };
    render(<TenantView store={store} selected={undefined} onSelect={nothing} look={nothing} sent={[]} onSent={nothing} />);
    await screen.findByText("Rotate");
    expectReady(["End", "Expire", "Revoke", "Rotate"]);
  });
});
