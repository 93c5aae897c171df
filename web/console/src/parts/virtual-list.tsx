import { useVirtualizer, defaultRangeExtractor, type Range } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { rowFor } from "./rows";

interface VirtualListProps<T> {
  items: T[];
  keyOf: (item: T) => string | number;
  /** The estimated height of a row in CSS pixels; drawn rows are measured. */
  estimate: number;
  className: string;
  label: string;
  testId: string;
  children: (item: T) => ReactNode;
}

/** A scrolling list that renders only visible rows. New rows above do not move the visible ones, except at the very top.
 *  Arrow keys, Home and End move the focus among rows with links. */
export function VirtualList<T>({ items, keyOf, estimate, className, label, testId, children }: VirtualListProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string | number>();
  const focusedAt = focused === undefined ? -1 : items.findIndex((item) => keyOf(item) === focused);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: (index) => keyAt(items, keyOf, index),
    // Keep the focused row, or the focus would be lost.
    rangeExtractor: (range) => withRow(range, focusedAt),
    anchorTo: (scroller.current?.scrollTop ?? 0) > 0 ? "end" : "start",
    overscan: 8,
  });
  useLayoutEffect(() => {
    if (focused !== undefined) focusRow(scroller.current, focusedAt);
  }, [focused]);
  const goTo = (index: number) => {
    virtual.scrollToIndex(index);
    setFocused(keyAt(items, keyOf, index));
  };
  const onFocus = (event: { target: EventTarget | null }) => {
    const at = indexOf(event.target);
    if (at !== undefined) setFocused(keyAt(items, keyOf, at));
  };
  return (
    <div
      ref={scroller}
      className={className}
      tabIndex={0}
      role="region"
      aria-label={label}
      data-testid={testId}
      onKeyDown={keysTo(items.length, goTo)}
      onFocus={onFocus}
    >
      <ol className="virtual" style={{ height: `${virtual.getTotalSize()}px` }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          const place = { "data-index": index, "aria-setsize": items.length, "aria-posinset": index + 1 };
          return (
            <li key={key} ref={virtual.measureElement} {...place} style={{ transform: `translateY(${start}px)` }}>
              {item !== undefined && children(item)}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** Handles the keys that move the focus to another row. */
function keysTo(rows: number, goTo: (index: number) => void) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const at = indexOf(event.target);
    const to = at === undefined ? undefined : rowFor(event.key, at, rows);
    if (to === undefined) return;
    event.preventDefault();
    goTo(to);
  };
}

function keyAt<T>(items: T[], keyOf: (item: T) => string | number, index: number): string | number {
  const item = items[index];
  return item === undefined ? index : keyOf(item);
}

function withRow(range: Range, row: number): number[] {
  const rows = defaultRangeExtractor(range);
  if (row < 0 || rows.includes(row)) return rows;
  return [...rows, row].sort((a, b) => a - b);
}

/** The index of the row that contains an element; undefined if none does. */
function indexOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest("[data-index]") : null;
  return row === null ? undefined : Number(row.getAttribute("data-index"));
}

function focusRow(list: HTMLElement | null, index: number): void {
  list?.querySelector<HTMLElement>(`[data-index="${index}"] :is(a, button)`)?.focus({ preventScroll: true });
}
