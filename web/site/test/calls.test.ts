import { describe, expect, it } from "vitest";
import type { ApiRequest } from "../src/api";
import { curlOf, history, historyLength, type Call } from "../src/calls";
import { answer } from "./fakes";

const pending = (id: number): Call => ({
  id,
  request: { method: "GET", path: `/${id}`, token: false },
  url: `http://x/${id}`,
  at: 0,
  state: { kind: "pending" },
});
const done = (id: number): Call => ({
  ...pending(id),
  state: { kind: "done", outcome: answer(200, ""), reason: { tone: "good", title: "", text: "", signIn: false } },
});
const ids = (calls: Call[]) => calls.map((call) => call.id);

describe("history", () => {
  it("puts the newest first", () => {
    expect(ids(history([pending(1)], { type: "started", call: pending(2) }))).toEqual([2, 1]);
  });

  it("drops the oldest", () => {
    const full = Array.from({ length: historyLength }, (_, n) => pending(historyLength - n));
    const calls = history(full, { type: "started", call: pending(99) });
    expect(calls.length).toBe(historyLength);
    expect(ids(calls).includes(1)).toBe(false);
  });

  it("finishes the right call", () => {
    const calls = history([pending(2), pending(1)], { type: "finished", id: 1, state: done(1).state });
    expect(calls.map((call) => call.state.kind)).toEqual(["pending", "done"]);
  });

  it("ignores the end of a dropped call", () => {
    expect(ids(history([pending(2)], { type: "finished", id: 1, state: done(1).state }))).toEqual([2]);
  });

  it("clears what has ended", () => {
    expect(ids(history([pending(2), done(1)], { type: "cleared" }))).toEqual([2]);
  });
});

describe("curlOf", () => {
  const request: ApiRequest = { method: "GET", path: "/1", token: false };
  const curl = (change: Partial<ApiRequest>, url = "http://x/1") => curlOf({ url, request: { ...request, ...change } });

  it("repeats a call without a token", () => {
    expect(curl({})).toBe("curl -i 'http://x/1'");
  });

  it("names a variable in the token's place", () => {
    expect(curl({ token: true })).toBe(`curl -i -H "Authorization: Bearer $TOKEN" 'http://x/1'`);
  });

  it("repeats method and body", () => {
    expect(curl({ method: "POST", body: { a: "it's" } })).toBe(
      `curl -i -X POST -H 'Content-Type: application/json' --data-raw '{"a":"it'\\''s"}' 'http://x/1'`,
    );
    expect(curl({ method: "HEAD" })).toBe("curl -I 'http://x/1'");
  });

  it("names the developer whose machine was to answer", () => {
    const call = { url: "http://x/1", request, developer: "anna" };
    expect(curlOf(call)).toBe("curl -i -H 'x-live: anna' 'http://x/1'");
  });

  it("quotes the address for the shell", () => {
    expect(curl({}, "http://x/'$(id)")).toBe(`curl -i 'http://x/'\\''$(id)'`);
  });
});
