// The difference of two values, line by line: a pure core. parts/differences.tsx draws it.
import { diffLines } from "diff";
import { prettyText } from "./text";

export interface DiffLine {
  kind: "here" | "there" | "both" | "gap";
  text: string;
}

/** Unchanged lines that are shown around a difference. */
const context = 2;

export function lineDiff(here: unknown, there: unknown): DiffLine[] {
  const lines = diffLines(linesOf(here), linesOf(there)).flatMap(({ added, removed, value }) =>
    value
      .replace(/\n$/, "")
      .split("\n")
      .map((text): DiffLine => ({ kind: removed ? "here" : added ? "there" : "both", text })),
  );
  return withoutTheSame(lines);
}

/** A value as lines of text, none for null. JSON in a string, such as a policy, is indented. */
function linesOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return `${prettyText(typeof value === "string" ? value : JSON.stringify(value))}\n`;
}

function withoutTheSame(lines: DiffLine[]): DiffLine[] {
  const differs = (line: DiffLine | undefined) => line !== undefined && line.kind !== "both";
  const near = lines.map((_, i) => lines.slice(Math.max(0, i - context), i + context + 1).some(differs));
  return lines.flatMap((line, i) => {
    if (near[i]) return [line];
    return i === 0 || near[i - 1] ? [{ kind: "gap" as const, text: "…" }] : [];
  });
}
