// Keyboard shortcuts: a pure core. parts/keys.tsx handles the events and shows the help.

export type Command = { kind: "help" } | { kind: "filter" } | { kind: "close" } | { kind: "view"; index: number };

interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The command of a key; undefined while text is typed, and with a modifier, which belongs to the browser. */
export function commandOf({ key, ctrlKey, metaKey, altKey }: Key, typing: boolean, views: number): Command | undefined {
  if (typing || ctrlKey || metaKey || altKey) return undefined;
  if (key === "?") return { kind: "help" };
  if (key === "/") return { kind: "filter" };
  if (key === "Escape") return { kind: "close" };
  const index = Number.parseInt(key, 10) - 1;
  return key.length === 1 && index >= 0 && index < views ? { kind: "view", index } : undefined;
}

/** Whether keys pressed in an element are text input. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, dialog") !== null;
}
