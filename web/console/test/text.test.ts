import { describe, expect, it } from "vitest";
import { clockText, durationText, prettyText, readableLog } from "../src/text";

it.each([
  [0.4249, "0.42 ms"],
  [9.999, "10.00 ms"],
  [12.4, "12 ms"],
  [1240, "1.24 s"],
])("formats %d as %s", (millis, text) => {
  expect(durationText(millis)).toBe(text);
});

describe("pretty text", () => {
  it.each([
    ['{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'],
    ["{broken", "{broken"],
    ["plain", "plain"],
    ["12345678901234567890", "12345678901234567890"],
    ["", ""],
  ])("of %s is %s", (text, pretty) => {
    expect(prettyText(text)).toBe(pretty);
  });
});

it("formats the time of day to the millisecond", () => {
  expect(clockText(new Date(2026, 2, 4, 5, 6, 7, 8).getTime())).toBe("05:06:07.008");
});

it.each([
  {
    text: '{"timestamp":"t","level":"INFO","message":"greeted","name":"a b","n":{"x":1},"requestId":"i"}',
    shown: 'INFO greeted  name=a b  n={"x":1}',
    level: "INFO",
  },
  { text: '{"msg":"hello"}', shown: "hello", level: "" },
  { text: '{"message":1}', shown: '{"message":1}', level: "" },
  { text: '{"message":"cut off', shown: '{"message":"cut off', level: "" },
  { text: "START RequestId: 1", shown: "START RequestId: 1", level: "" },
])("makes the line $text readable", ({ text, shown, level }) => {
  expect(readableLog(text)).toEqual({ text: shown, level });
});
