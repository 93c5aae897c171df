import { expect, it } from "vitest";
import { lineDiff } from "../src/line-diff";

const signs = { here: "-", there: "+", both: " ", gap: "~" };
const diff = (here: unknown, there: unknown) => lineDiff(here, there).map(({ kind, text }) => signs[kind] + text);

it.each([
  { name: "a number", here: 1, there: 2, lines: ["-1", "+2"] },
  { name: "one that is nowhere else", here: null, there: "a", lines: ["+a"] },
  { name: "lists", here: ["a", "b"], there: ["a", "c"], lines: [" [", '   "a",', '-  "b"', '+  "c"', " ]"] },
  {
    name: "JSON in a text",
    here: '{"a":1,"b":2}',
    there: '{"a":1,"b":3}',
    lines: [" {", '   "a": 1,', '-  "b": 2', '+  "b": 3', " }"],
  },
  {
    name: "far between the same",
    here: [1, 2, 3, 4, 5, 6, 7, 8],
    there: [1, 2, 3, 4, 0, 6, 7, 8],
    lines: ["~…", "   3,", "   4,", "-  5,", "+  0,", "   6,", "   7,", "~…"],
  },
])("shows what differs line by line: $name", ({ here, there, lines }) => {
  expect(diff(here, there)).toEqual(lines);
});
