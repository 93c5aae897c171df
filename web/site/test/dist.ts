// Measures and checks a production build as a browser would load it.
import { readFileSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { gzipSync } from "node:zlib";

export interface Sizes {
  /** Bytes of each script, gzip -9, by its path. The worker is one of them. */
  scripts: Map<string, number>;
  /** The scripts that load before the first paint: the page's own, and their static imports. */
  firstPaint: Set<string>;
}

export interface Budget {
  totalBytes: number;
  firstPaintBytes: number;
}

/** The build's files, sorted, with slashes. */
export function filesOf(dist: string): string[] {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(dist, posix.join(entry.parentPath, entry.name)))
    .sort();
}

export function measure(dist: string): Sizes {
  const scripts = filesOf(dist).filter((file) => file.endsWith(".js"));
  const html = readFileSync(join(dist, "index.html"), "utf8");
  return {
    scripts: new Map(scripts.map((file) => [file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length])),
    firstPaint: reachable(dist, new Set(scripts), scriptsOf(html)),
  };
}

/** Sums of a build's sizes, in bytes. */
export function sums({ scripts, firstPaint }: Sizes): Budget {
  const sum = (sizes: Iterable<number>) => Array.from(sizes).reduce((a, b) => a + b, 0);
  return {
    totalBytes: sum(scripts.values()),
    firstPaintBytes: sum(Array.from(firstPaint, (file) => scripts.get(file) ?? 0)),
  };
}

/** Describes what exceeds the budget; empty if nothing does. */
export function overBudget(sizes: Sizes, budget: Budget): string[] {
  const { totalBytes, firstPaintBytes } = sums(sizes);
  const problems: string[] = [];
  if (totalBytes > budget.totalBytes)
    problems.push(`JavaScript in total: ${over(totalBytes, budget.totalBytes)} ${advice.total}`);
  if (firstPaintBytes > budget.firstPaintBytes)
    problems.push(
      `JavaScript before first paint: ${over(firstPaintBytes, budget.firstPaintBytes)} ${advice.firstPaint}`,
    );
  return problems;
}

const over = (bytes: number, allowed: number) =>
  `${kib(bytes)}, ${bytes - allowed} bytes more than the ${kib(allowed)} allowed.`;

const advice = {
  total:
    "The list above shows which file grew. Look for a smaller dependency, import only what is used, load rarely used parts with lazy(), or raise the number in site/test/budget.ts.",
  firstPaint:
    "Load later what the first paint does not need, with lazy(() => import(…)) as site/src/pages/profile.tsx does, or raise the number in site/test/budget.ts.",
};

export function report(sizes: Sizes, budget: Budget): string {
  const { totalBytes, firstPaintBytes } = sums(sizes);
  const lines = Array.from(
    sizes.scripts,
    ([file, bytes]) =>
      `${kib(bytes).padStart(10)}  ${file}${sizes.firstPaint.has(file) ? "  (before first paint)" : ""}`,
  );
  lines.push(`${kib(totalBytes).padStart(10)}  in total, of ${kib(budget.totalBytes)}`);
  lines.push(`${kib(firstPaintBytes).padStart(10)}  before first paint, of ${kib(budget.firstPaintBytes)}`);
  return `JavaScript of the production build, gzip -9:\n${lines.join("\n")}`;
}

/** The parts of a page that the Content-Security-Policy refuses: inline scripts, styles and handlers, and other origins. */
export function policyProblems(html: string): string[] {
  const problems: string[] = [];
  for (const [tag, attributes = "", content = ""] of html.matchAll(/<script\b([^>]*)>([^]*?)<\/script>/gi)) {
    if (!/\ssrc=/.test(attributes) || content.trim() !== "") problems.push(`inline script: ${tag}`);
  }
  for (const [tag] of html.matchAll(/<style\b[^>]*>/gi)) problems.push(`inline style sheet: ${tag}`);
  for (const [tag] of html.matchAll(/<[^>]+\s(?:style|on[a-z]+)\s*=[^>]*>/gi))
    problems.push(`inline style or handler: ${tag}`);
  for (const [tag, url = ""] of html.matchAll(/<[^>]+\s(?:src|href)="([^"]*)"[^>]*>/gi)) {
    if (!url.startsWith("/") || url.startsWith("//")) problems.push(`another origin: ${tag}`);
  }
  return problems;
}

function scriptsOf(html: string): string[] {
  const tags = html.matchAll(/<(?:script|link rel="modulepreload")\b[^>]*\s(?:src|href)="\/([^"]+\.js)"/g);
  return Array.from(tags, ([, file = ""]) => file);
}

function reachable(dist: string, scripts: Set<string>, from: string[]): Set<string> {
  const found = new Set<string>();
  const open = from.filter((file) => scripts.has(file));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    open.push(...staticImports(dist, file).filter((other) => scripts.has(other)));
  }
  return found;
}

/** `import "x"`, `import … from "x"`, `export … from "x"`; not `import("x")`, which loads later. */
function staticImports(dist: string, file: string): string[] {
  const code = readFileSync(join(dist, file), "utf8");
  return Array.from(code.matchAll(/\b(?:from|import)\s*["'`]([^"'`]+)["'`]/g), ([, target = ""]) =>
    target.startsWith("/") ? target.slice(1) : posix.join(posix.dirname(file), target),
  );
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(2)} KiB`;
}
