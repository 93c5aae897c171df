// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { apiOf, type ApiRequest } from "../src/api";
import { answer, fakeAuth, fakeSend, signedIn } from "./fakes";

const token = async () => ({ kind: "token", token: "t.o.k" }) as const;

describe("call", () => {
  it("posts a JSON body to an additional route, with the token", async () => {
    const auth = fakeAuth(signedIn, { accessToken: token });
    const { send, sent } = fakeSend({ "/api/orders/a%2Fb": () => answer(201, '{"id":7}') });
    const outcome = await apiOf("/api", auth, send).call({
      method: "POST",
      path: "/orders/{id}",
      params: { id: "a/b" },
      body: { item: "tea" },
      token: true,
    });
    expect(sent).toEqual([{ method: "POST", path: "/api/orders/a%2Fb", body: { item: "tea" }, token: "t.o.k" }]);
    expect(outcome).toMatchObject({ kind: "ok", status: 201, content: { kind: "json", value: { id: 7 } } });
  });

  it("requests no token if none is to be sent", async () => {
    const auth = fakeAuth(signedIn);
    const { send, sent } = fakeSend({ "/api/private": () => answer(401, "") });
    const outcome = await apiOf("/api", auth, send).call({ method: "GET", path: "/private", token: false });
    expect(auth.calls).toEqual([]);
    expect(sent).toEqual([{ method: "GET", path: "/api/private" }]);
    expect(outcome).toMatchObject({ kind: "refused", status: 401 });
  });

  it("sends nothing if there is no token, and reports why", async () => {
    const notice = { code: "login_required", title: "Your session has ended", text: "Sign in again." };
    const auth = fakeAuth(signedIn, { accessToken: async () => ({ kind: "refused", notice }) });
    const { send, sent } = fakeSend({});
    const outcome = await apiOf("/api", auth, send).call({ method: "GET", path: "/private", token: true });
    expect(sent).toEqual([]);
    expect(outcome).toEqual({ kind: "noToken", notice });
  });

  it("passes on that there was no answer", async () => {
    const silence = { kind: "unanswered", cause: "timeout", detail: "late", millis: 3 } as const;
    const { send } = fakeSend({ "/api/x": () => silence });
    expect(await apiOf("/api", fakeAuth(signedIn), send).call({ method: "PUT", path: "/x", token: false })).toEqual(
      silence,
    );
  });
});

describe("url", () => {
  const request: ApiRequest = { method: "GET", path: "/x", token: false };

  it.each([
    ["/api", "http://localhost:3000/api/x"],
    ["https://api.example/api", "https://api.example/api/x"],
    ["", "http://localhost:3000/x"],
  ])("below %j is %s", (apiUrl, want) => {
    expect(apiOf(apiUrl, fakeAuth(signedIn), fakeSend({}).send).url(request)).toBe(want);
  });
});

describe("missingRights", () => {
  const asked = { scope: "openid read:private write:orders", roles: [{ name: "manager", scopes: ["write:orders"] }] };

  it("says what the present token lacks", async () => {
    const api = apiOf("/api", fakeAuth(signedIn), fakeSend({}).send, asked);
    expect(await api.missingRights()).toContain("You lack write:orders. The role manager gives it");
  });

  it("says nothing without a token, or where there are no roles", async () => {
    const notice = { code: "login_required", title: "", text: "" };
    const without = fakeAuth(signedIn, { accessToken: async () => ({ kind: "refused", notice }) });
    expect(await apiOf("/api", without, fakeSend({}).send, asked).missingRights()).toBe("");
    expect(await apiOf("/api", fakeAuth(signedIn), fakeSend({}).send).missingRights()).toBe("");
  });
});
