import { describe, expect, it } from "vitest";
import { filterLines, filterRequests } from "../../console/src/filter";
import { line, request } from "./fakes";

const requests = [
  request("good"),
  request("cold", { cold: true }),
  request("refused", { status: 401, refusal: "the token has expired", path: "/api/private", route: "", function: "" }),
  request("held", { running: true, status: 0, took: 0 }),
  request("failed", { status: 500, query: "a=b" }),
];

describe("filtering requests", () => {
  it.each([
    { words: "", show: "all", found: ["good", "cold", "refused", "held", "failed"] },
    { words: "", show: "running", found: ["held"] },
    { words: "RUNNING", show: "all", found: ["held"] },
    { words: "", show: "refused", found: ["refused"] },
    { words: "", show: "failed", found: ["failed"] },
    { words: "", show: "cold", found: ["cold"] },
    { words: "EXPIRED private", show: "all", found: ["refused"] },
    { words: "a=b", show: "all", found: ["failed"] },
    { words: "500", show: "all", found: ["failed"] },
    { words: "i-good", show: "all", found: ["good"] },
    { words: "expired public", show: "all", found: [] },
    { words: "  ", show: "all", found: ["good", "cold", "refused", "held", "failed"] },
  ] as const)("by $words and $show gives $found", ({ words, show, found }) => {
    expect(filterRequests(requests, words, show).map(({ id }) => id)).toEqual(found);
  });
});

describe("searching in logs", () => {
  const lines = [line(1, { text: "Greeted a stranger" }), line(2, { function: "private" }), line(3, { invocation: "i-3" })];
  it.each([
    { words: "stranger greeted", name: "", found: [1] },
    { words: "", name: "private", found: [2] },
    { words: "I-3", name: "", found: [3] },
    { words: "line", name: "public", found: [3] },
  ])("for $words of $name finds $found", ({ words, name, found }) => {
    expect(filterLines(lines, words, name).map(({ number }) => number)).toEqual(found);
  });
});
