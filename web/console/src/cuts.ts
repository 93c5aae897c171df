// What the local cloud no longer keeps of a long log: its first and its latest lines stay, and one line says how many
// are gone.
import type { Line } from "./model";

/** The lines without those that are cut, and with the line that says so in their place. Of one log the last cut counts. */
export function applyCuts(lines: readonly Line[], cuts: readonly Line[]): Line[] {
  const last = new Map(cuts.map((cut) => [logOf(cut), cut]));
  const kept = lines.filter((line) => {
    const cut = last.get(logOf(line))?.cut;
    return cut === undefined || (line.kind !== "cut" && (line.number < cut.first || line.number > cut.last));
  });
  return last.size === 0 ? kept : [...kept, ...last.values()].sort((a, b) => a.number - b.number);
}

function logOf({ function: name, invocation }: Line): string {
  return `${name} ${invocation}`;
}
