import { useEffect, useState } from "react";

/** The time in milliseconds, updated every second: one interval for everything on the page that counts down. */
export function useNow(now: () => number = Date.now): number {
  const [millis, setMillis] = useState(now);
  useEffect(() => {
    const interval = setInterval(() => setMillis(now()), 1000);
    return () => clearInterval(interval);
  }, [now]);
  return millis;
}

/** The time left until `exp` (seconds since 1970): "23 h 59 min 12 s", or "expired 3 min 05 s ago". */
export function timeLeft(exp: number, nowMillis: number): { expired: boolean; text: string } {
  const seconds = Math.ceil(exp - nowMillis / 1000);
  if (seconds > 0) return { expired: false, text: duration(seconds) };
  return { expired: true, text: `expired ${duration(-seconds)} ago` };
}

/** Whole seconds in their three largest units, padded so that the width hardly changes. */
export function duration(seconds: number): string {
  const pad = (value: number) => String(value).padStart(2, "0");
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (d > 0) return `${d} d ${pad(h)} h ${pad(m)} min`;
  if (h > 0) return `${h} h ${pad(m)} min ${pad(s)} s`;
  if (m > 0) return `${m} min ${pad(s)} s`;
  return `${s} s`;
}

/** Seconds since 1970 as local date and time; undefined if they are out of range. */
export function localTime(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }).format(date);
}
