import { expect, it } from "vitest";
import { commandOf } from "../src/keys";

const plain = { ctrlKey: false, metaKey: false, altKey: false };

it.each([
  { key: "?", command: { kind: "help" } },
  { key: "/", command: { kind: "filter" } },
  { key: "Escape", command: { kind: "close" } },
  { key: "1", command: { kind: "view", index: 0 } },
  { key: "5", command: { kind: "view", index: 4 } },
  { key: "6", command: undefined },
  { key: "0", command: undefined },
  { key: "F1", command: undefined },
  { key: "a", command: undefined },
])("does for $key: $command", ({ key, command }) => {
  expect(commandOf({ ...plain, key }, false, 5)).toEqual(command);
  expect(commandOf({ ...plain, key }, true, 5)).toBeUndefined();
  expect(commandOf({ ...plain, key, ctrlKey: true }, false, 5)).toBeUndefined();
});
