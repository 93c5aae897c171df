import type { KeyboardEvent } from "react";

/** Arrow keys, Home and End move the focus among the rows of a list, which are buttons or links. */
export function moveAmongRows(event: KeyboardEvent<HTMLElement>): void {
  const rows = Array.from(event.currentTarget.querySelectorAll<HTMLElement>("button, a"));
  const to = rowFor(event.key, rows.indexOf(document.activeElement as HTMLElement), rows.length);
  if (to === undefined) return;
  event.preventDefault();
  rows[to]?.focus();
}

/** The index of the row to which a key moves the focus; undefined for other keys. */
export function rowFor(key: string, at: number, rows: number): number | undefined {
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows - 1 }[key];
  return to === undefined ? undefined : Math.min(Math.max(to, 0), rows - 1);
}
