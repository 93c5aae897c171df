// Long logs: the local cloud keeps the first and the latest lines, and one line of the kind "cut" counts those it dropped.
import type { Line } from "./model";

/** Replaces dropped lines by the line that counts them. The last cut of a log supersedes earlier ones. */
export function applyCuts(lines: readonly Line[], cuts: readonly Line[]): Line[] {
  const last = new Map(cuts.map((cut) => [logOf(cut), cut]));
  const remaining = lines.filter((line) => {
    const cut = last.get(logOf(line))?.cut;
    return cut === undefined || (line.kind !== "cut" && (line.number < cut.first || line.number > cut.last));
  });
  return last.size === 0 ? remaining : [...remaining, ...last.values()].sort((a, b) => a.number - b.number);
}

function logOf({ function: name, invocation }: Line): string {
  return `${name} ${invocation}`;
}
