import { describe, expect, it } from "vitest";
import { filterLines, filterRequests } from "../src/filter";
import { line, request } from "./fakes";

const requests = [
  request("good"),
  request("cold", { cold: true }),
  request("refused", { status: 401, refusal: "the token has expired", path: "/api/private", route: "", function: "" }),
  request("waiting", { running: true, status: 0, took: 0 }),
  request("failed", { status: 500, query: "a=b" }),
];

describe("filtering requests", () => {
  it.each([
    { words: "", show: "all", found: ["good", "cold", "refused", "waiting", "failed"] },
    { words: "", show: "running", found: ["waiting"] },
    { words: "RUNNING", show: "all", found: ["waiting"] },
    { words: "", show: "refused", found: ["refused"] },
    { words: "", show: "failed", found: ["failed"] },
    { words: "", show: "cold", found: ["cold"] },
    { words: "EXPIRED private", show: "all", found: ["refused"] },
    { words: "a=b", show: "all", found: ["failed"] },
    { words: "500", show: "all", found: ["failed"] },
    { words: "i-good", show: "all", found: ["good"] },
    { words: "expired public", show: "all", found: [] },
    { words: "  ", show: "all", found: ["good", "cold", "refused", "waiting", "failed"] },
  ] as const)("by $words and $show gives $found", ({ words, show, found }) => {
    expect(filterRequests(requests, words, show).map(({ id }) => id)).toEqual(found);
  });
});

describe("searching in logs", () => {
  const noon = new Date(2026, 2, 12, 12, 0, 0).getTime();
  const lines = [
    line(1, { at: noon, text: "Greeted a stranger" }),
    line(2, { at: noon + 60_000, function: "private", text: '{"level":"warning","msg":"slow"}' }),
    line(3, { at: noon + 120_000, invocation: "i-3", text: '{"level":"info","msg":"line"}' }),
    line(4, { at: noon + 180_000, kind: "fault", text: "exit status 1" }),
  ];
  const all = { words: "", function: "", level: "", from: "", to: "" };
  it.each([
    { filter: {}, found: [1, 2, 3, 4] },
    { filter: { words: "stranger greeted" }, found: [1] },
    { filter: { function: "private" }, found: [2] },
    { filter: { words: "I-3" }, found: [3] },
    { filter: { words: "line", function: "public" }, found: [3] },
    { filter: { level: "INFO" }, found: [2, 3, 4] },
    { filter: { level: "WARN" }, found: [2, 4] },
    { filter: { level: "ERROR" }, found: [4] },
    { filter: { level: "TRACE" }, found: [1, 2, 3, 4] },
    { filter: { from: "12:01" }, found: [2, 3, 4] },
    { filter: { from: "12:01", to: "12:02" }, found: [2, 3] },
    { filter: { to: "12:00:00" }, found: [1] },
  ])("by $filter finds $found", ({ filter, found }) => {
    expect(filterLines(lines, { ...all, ...filter }).map(({ number }) => number)).toEqual(found);
  });
});
