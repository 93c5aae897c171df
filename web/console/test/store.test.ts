import { describe, expect, it } from "vitest";
import { empty, reduce, type StreamEvent } from "../src/store";
import { line, request } from "./fakes";

const ids = (events: StreamEvent[], before = empty) => reduce(before, events).requests.map(({ id }) => id);

describe("the store", () => {
  it("has the newest request first, and the newest line last", () => {
    const store = reduce(empty, [
      { kind: "request", request: request("1") },
      { kind: "line", line: line(1) },
      { kind: "request", request: request("2") },
      { kind: "line", line: line(2) },
    ]);
    expect(store.requests.map(({ id }) => id)).toEqual(["2", "1"]);
    expect(store.lines.map(({ number }) => number)).toEqual([1, 2]);
  });

  it("replaces an updated request in its place", () => {
    const before = reduce(empty, [
      { kind: "request", request: request("1", { via: "api" }) },
      { kind: "request", request: request("2") },
    ]);
    const after = reduce(before, [{ kind: "request", request: request("1", { via: "site" }) }]);
    expect(after.requests.map(({ id, via }) => `${id} ${via}`)).toEqual(["2 site", "1 site"]);
  });

  it("inserts a finished request by its start, even if its start was not seen", () => {
    const running = { kind: "request", request: request("1", { at: 1, running: true, status: 0 }) } as const;
    const later = { kind: "request", request: request("2", { at: 2 }) } as const;
    const ended = { kind: "request", request: request("1", { at: 1 }) } as const;
    for (const events of [
      [running, later, ended],
      [later, ended],
    ]) {
      const { requests } = reduce(empty, events);
      expect(requests.map(({ id, running, status }) => `${id} ${running} ${status}`)).toEqual([
        "2 false 200",
        "1 false 200",
      ]);
    }
  });

  it("replaces the dropped lines of a log by one that counts them", () => {
    const cut = (last: number): StreamEvent => ({
      kind: "line",
      line: line(2, { kind: "cut", text: `… ${last - 1} lines`, cut: { first: 2, last, count: last - 1 } }),
    });
    const texts = (events: StreamEvent[], before = empty) => reduce(before, events).lines.map(({ text }) => text);
    const lines = [1, 2, 3, 4].map((number): StreamEvent => ({ kind: "line", line: line(number) }));
    const other: StreamEvent = { kind: "line", line: line(3, { invocation: "i-2", text: "of another" }) };
    expect(texts([...lines, other, cut(2)])).toEqual(["line 1", "… 1 lines", "line 3", "of another", "line 4"]);
    const before = reduce(empty, [...lines, cut(2)]);
    expect(texts([cut(3)], before)).toEqual(["line 1", "… 2 lines", "line 4"]);
    expect(texts([cut(3), { kind: "start", token: "another run" }], before)).toEqual([]);
  });

  it("is cleared when a new run of the local cloud answers", () => {
    const before = reduce(empty, [
      { kind: "start", token: "first" },
      { kind: "request", request: request("1") },
    ]);
    const after = reduce(before, [
      { kind: "start", token: "second" },
      { kind: "request", request: request("2") },
    ]);
    expect(after).toMatchObject({ token: "second", connected: true, lines: [] });
    expect(after.requests.map(({ id }) => id)).toEqual(["2"]);
  });

  it("has a problem until the next deployment", () => {
    const live = { state: "online", name: "anna", url: "https://d1.cloudfront.net/?live=anna", message: "" } as const;
    const before = reduce(empty, [
      { kind: "status", deployed: 1, problem: "undefined: x", warnings: "", data: false, live: empty.live },
    ]);
    expect(before.problem).toBe("undefined: x");
    expect(
      reduce(before, [{ kind: "status", deployed: 2, problem: "", warnings: "w", data: true, live }]),
    ).toMatchObject({
      deployed: 2,
      problem: "",
      warnings: "w",
      data: true,
      live,
    });
  });

  it("keeps as many entries as the server", () => {
    const requests = Array.from({ length: 1010 }, (_, i) => ({
      kind: "request" as const,
      request: request(String(i)),
    }));
    expect(ids(requests)).toHaveLength(1000);
    expect(ids(requests)[0]).toBe("1009");
    const lines = Array.from({ length: 5010 }, (_, i) => ({ kind: "line" as const, line: line(i) }));
    expect(reduce(empty, lines).lines[0]?.number).toBe(10);
  });

  it("tracks the connection, and keeps its content without one", () => {
    const store = reduce(empty, [
      { kind: "request", request: request("1") },
      { kind: "connected", connected: true },
      { kind: "connected", connected: false },
    ]);
    expect(store).toMatchObject({ connected: false, requests: [{ id: "1" }] });
  });
});
