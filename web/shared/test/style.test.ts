import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(new URL(`../style/${name}.css`, import.meta.url), "utf8");
const base = read("base");

/** The custom properties that the n-th :root block sets to a color. */
function palette(n: number): Map<string, string> {
  const block = base.split(":root {")[n + 1]?.split("}")[0] ?? "";
  return new Map(
    Array.from(block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g), ([, name = "", color = ""]) => [name, color]),
  );
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const texts = ["ink", "muted", "accent", "good", "refused", "failed"].flatMap((text) =>
  ["paper", "surface", "sunken"].map((ground) => ({ text, ground, least: 4.5 })),
);
const pairs = [
  ...texts,
  { text: "on-accent", ground: "accent", least: 4.5 },
  { text: "edge", ground: "surface", least: 3 },
];

// https://www.w3.org/TR/WCAG22/#contrast-minimum, and #non-text-contrast for the buttons' edges
describe.each([
  { scheme: "light", colors: palette(0) },
  { scheme: "dark", colors: palette(1) },
])("contrast in $scheme", ({ colors }) => {
  it.each(pairs)("$text on $ground is at least $least", ({ text, ground, least }) => {
    const [one, other] = [colors.get(text), colors.get(ground)];
    if (one === undefined || other === undefined) throw new Error(`no color ${text} or ${ground}`);
    expect(contrast(one, other)).toBeGreaterThanOrEqual(least);
  });
});

it("stops every animation on request", () => {
  expect(read("motion")).toMatch(
    /@media \(prefers-reduced-motion: reduce\) \{[^}]*animation: none !important;\s*transition: none !important;/,
  );
});
