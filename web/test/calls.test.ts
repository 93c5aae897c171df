// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { history, historyLength, makeCall, type Call } from "../src/calls";
import { curlCommand } from "../src/curl";
import { answer, fakeAuth, fakeSend, somebody } from "./fakes";

const pending = (id: number): Call => ({ id, method: "GET", url: `http://x/${id}`, at: 0, state: { kind: "pending" } });
const done = (id: number, credential: "none" | "token" = "none"): Call => ({
  ...pending(id),
  state: {
    kind: "done",
    credential,
    outcome: { kind: "answered", status: 200, headers: [], body: "", millis: 1 },
    reason: { tone: "good", title: "", text: "", signIn: false },
  },
});
const ids = (calls: Call[]) => calls.map((call) => call.id);

describe("history", () => {
  it("puts the newest first", () => {
    expect(ids(history([pending(1)], { type: "started", call: pending(2) }))).toEqual([2, 1]);
  });

  it("forgets the oldest", () => {
    const full = Array.from({ length: historyLength }, (_, n) => pending(historyLength - n));
    const calls = history(full, { type: "started", call: pending(99) });
    expect(calls.length).toBe(historyLength);
    expect(ids(calls).includes(1)).toBe(false);
  });

  it("ends the call that ended, whatever its place", () => {
    const calls = history([pending(2), pending(1)], { type: "finished", id: 1, state: done(1).state });
    expect(calls.map((call) => call.state.kind)).toEqual(["pending", "done"]);
  });

  it("lets the end of a forgotten call pass", () => {
    expect(ids(history([pending(2)], { type: "finished", id: 1, state: done(1).state }))).toEqual([2]);
  });

  it("clears what has ended", () => {
    expect(ids(history([pending(2), done(1)], { type: "cleared" }))).toEqual([2]);
  });
});

describe("makeCall", () => {
  const url = "http://site/api/private";

  it("sends the access token", async () => {
    const auth = fakeAuth(somebody, { accessToken: async () => ({ kind: "token", token: "t.o.k" }) });
    const { send, sent } = fakeSend({ "/api/private": () => answer(200, "Hello!") });
    const state = await makeCall(url, "token", auth, send);
    expect(sent).toEqual([{ path: "/api/private", token: "t.o.k" }]);
    expect(state).toMatchObject({ kind: "done", credential: "token", reason: { tone: "good" } });
  });

  it("asks for no token when none is to be sent", async () => {
    const auth = fakeAuth(somebody);
    const { send, sent } = fakeSend({ "/api/private": () => answer(401, "", { "www-authenticate": "Bearer" }) });
    const state = await makeCall(url, "none", auth, send);
    expect(auth.asked).toEqual([]);
    expect(sent).toEqual([{ path: "/api/private", token: undefined }]);
    expect(state).toMatchObject({ reason: { title: "No token was sent" } });
  });

  it("sends nothing when there is no token to be had, and says why", async () => {
    const notice = { code: "login_required", title: "Your session has ended", text: "Sign in again." };
    const auth = fakeAuth(somebody, { accessToken: async () => ({ kind: "refused", notice }) });
    const { send, sent } = fakeSend({});
    const state = await makeCall(url, "token", auth, send);
    expect(sent).toEqual([]);
    expect(state).toMatchObject({
      outcome: { kind: "noToken" },
      reason: { title: "Your session has ended", signIn: true },
    });
  });
});

describe("curlCommand", () => {
  it("repeats a call without a token", () => {
    expect(curlCommand(done(1))).toBe("curl -i 'http://x/1'");
  });

  it("names a variable in the token's place", () => {
    expect(curlCommand(done(1, "token"))).toBe(`curl -i -H "Authorization: Bearer $TOKEN" 'http://x/1'`);
  });

  it("lets nothing in the address reach the shell", () => {
    expect(curlCommand({ ...done(1), url: "http://x/'$(id)" })).toBe(`curl -i 'http://x/'\\''$(id)'`);
  });
});
