import type { Line, Request } from "./model";
import { clockText, readableLog } from "./text";

export type Show = "all" | "running" | "refused" | "failed" | "cold";

export function isShow(text: string): text is Show {
  return ["all", "running", "refused", "failed", "cold"].includes(text);
}

/** The requests that match. Each word has to occur, in any case, in what the list or the detail shows. */
export function filterRequests(requests: Request[], words: string, show: Show): Request[] {
  const wanted = split(words);
  return requests.filter((request) => shown(request, show) && matches(requestText(request), wanted));
}

/** Conditions on a line; an empty value matches every line. */
export interface LineFilter {
  words: string;
  function: string;
  level: string;
  /** Times of day, as "13:37" or "13:37:00". */
  from: string;
  to: string;
}

/** In ascending order. A line with another level, or without one, ranks lowest. */
export const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];

/** The lines that match, and every "cut" line, since dropped lines might have matched. */
export function filterLines(lines: Line[], filter: LineFilter): Line[] {
  const wanted = split(filter.words);
  const least = levels.indexOf(filter.level);
  return lines.filter(
    (line) =>
      (filter.function === "" || line.function === filter.function) &&
      (line.kind === "cut" ||
        ((least <= 0 || levels.indexOf(levelOf(line)) >= least) &&
          isBetween(clockText(line.at), filter.from, filter.to) &&
          matches(`${line.function} ${line.invocation} ${line.text}`, wanted))),
  );
}

/** A line's level, from a structured logger's JSON or from the platform's report of a fault. */
export function levelOf({ kind, text }: Line): string {
  if (kind === "fault") return "ERROR";
  const level = readableLog(text).level.toUpperCase();
  return { WARNING: "WARN", FATAL: "ERROR", PANIC: "ERROR" }[level] ?? level;
}

function isBetween(time: string, from: string, to: string): boolean {
  return time >= from && (to === "" || time.slice(0, to.length) <= to);
}

function shown(request: Request, show: Show): boolean {
  switch (show) {
    case "all":
      return true;
    case "running":
      return request.running;
    case "refused":
      return request.status >= 400 && request.status < 500;
    case "failed":
      return request.status >= 500;
    case "cold":
      return request.cold;
  }
}

function requestText({
  method,
  path,
  query,
  running,
  status,
  route,
  function: name,
  id,
  invocation,
  refusal,
  via,
  refused,
}: Request) {
  return `${method} ${path}?${query} ${running ? "running" : status} ${route} ${name} ${id} ${invocation} ${refusal} ${via} ${refused > 0 ? "refused call" : ""}`;
}

function split(words: string): string[] {
  return words.toLowerCase().split(/\s+/).filter(Boolean);
}

function matches(text: string, wanted: string[]): boolean {
  const lower = text.toLowerCase();
  return wanted.every((word) => lower.includes(word));
}
