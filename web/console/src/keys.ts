// What single keys do. A pure core; parts/keys.tsx listens and explains.

export type Command = { kind: "help" } | { kind: "filter" } | { kind: "close" } | { kind: "view"; index: number };

interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The command of a key; none while somebody types, or where the key is another program's. */
export function commandOf({ key, ctrlKey, metaKey, altKey }: Key, typing: boolean, views: number): Command | undefined {
  if (typing || ctrlKey || metaKey || altKey) return undefined;
  if (key === "?") return { kind: "help" };
  if (key === "/") return { kind: "filter" };
  if (key === "Escape") return { kind: "close" };
  const index = Number.parseInt(key, 10) - 1;
  return key.length === 1 && index >= 0 && index < views ? { kind: "view", index } : undefined;
}

/** Whether keys that are pressed in an element are text. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, dialog") !== null;
}
