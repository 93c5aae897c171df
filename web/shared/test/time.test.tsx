// @vitest-environment jsdom
import { act, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { duration, localTime, timeLeft, useNow } from "../time";

afterEach(() => {
  vi.useRealTimers();
});

describe("duration", () => {
  it.each([
    [0, "0 s"],
    [9, "9 s"],
    [60, "1 min 00 s"],
    [245, "4 min 05 s"],
    [3600, "1 h 00 min 00 s"],
    [86_399, "23 h 59 min 59 s"],
    [86_400, "1 d 00 h 00 min"],
    [2_592_000, "30 d 00 h 00 min"],
  ])("%d s is %s", (seconds, want) => {
    expect(duration(seconds)).toBe(want);
  });
});

describe("timeLeft", () => {
  it.each([
    { name: "well before", exp: 100, nowMillis: 10_000, want: { expired: false, text: "1 min 30 s" } },
    { name: "a part of a second before", exp: 100, nowMillis: 99_400, want: { expired: false, text: "1 s" } },
    { name: "on the dot", exp: 100, nowMillis: 100_000, want: { expired: true, text: "expired 0 s ago" } },
    { name: "after", exp: 100, nowMillis: 165_000, want: { expired: true, text: "expired 1 min 05 s ago" } },
  ])("$name", ({ exp, nowMillis, want }) => {
    expect(timeLeft(exp, nowMillis)).toEqual(want);
  });
});

describe("localTime", () => {
  it("names the day and the second", () => {
    const text = localTime(Date.UTC(2024, 5, 15, 12, 0, 42) / 1000);
    expect(text).toMatch(/2024/);
    expect(text).toMatch(/42/);
  });

  it("is undefined for a time out of range", () => {
    expect(localTime(1e20)).toBeUndefined();
  });
});

describe("useNow", () => {
  function Clock({ now }: { now: () => number }) {
    return <p>{useNow(now)}</p>;
  }

  it("updates the injected time each second, by one interval that ends with the page", () => {
    vi.useFakeTimers();
    let time = 1000;
    const now = () => time;
    const { unmount } = render(<Clock now={now} />);
    expect(screen.getByText("1000")).toBeDefined();
    time = 2000;
    act(() => void vi.advanceTimersByTime(1000));
    expect(screen.getByText("2000")).toBeDefined();
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});
