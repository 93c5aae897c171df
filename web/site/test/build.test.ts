// Builds the site as a deployment does, and measures what it ships.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { productDescription, productName } from "../src/product";
import { budgetKiB } from "./budget";
import { filesOf, measure, overBudget, policyProblems, report, sums, type Budget } from "./dist";

const budget: Budget = { totalBytes: budgetKiB.total * 1024, firstPaintBytes: budgetKiB.firstPaint * 1024 };

const web = fileURLToPath(new URL("../..", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "web-build-"));

/** Runs `vite build site` in a copy of web/, with the environment of a deployment rather than that of a test. */
async function build(folder: string, dist: string): Promise<void> {
  const { NODE_ENV, VITEST, ...env } = process.env;
  const vite = join(folder, "node_modules", "vite", "bin", "vite.js");
  await promisify(execFile)(process.execPath, [vite, "build", "site", "--outDir", dist, "--emptyOutDir"], {
    cwd: folder,
    env,
  });
}

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe("production build", () => {
  const dist = join(temporary, "dist");
  beforeAll(() => build(web, dist), 60_000);

  it("keeps within the budget", () => {
    const sizes = measure(dist);
    console.info(report(sizes, budget));
    expect(overBudget(sizes, budget)).toEqual([]);
  });

  it("renders before the Auth0 SDK has loaded", () => {
    const { scripts, firstPaint } = measure(dist);
    expect(Array.from(firstPaint).filter((file) => file.startsWith("assets/auth0-"))).toEqual([]);
    expect(Array.from(scripts.keys()).some((file) => file.startsWith("assets/auth0-"))).toBe(true);
  });

  it("ships hashed assets, the page, and the files of public, and no source map", () => {
    const fixed = ["index.html", ...filesOf(join(web, "site", "public"))].sort();
    const others = filesOf(dist).filter((file) => !/^assets\/[\w.-]+-[\w-]{8}\.\w+$/.test(file));
    expect(others).toEqual(fixed.filter((file) => others.includes(file)));
    expect(fixed.filter((file) => !existsSync(join(dist, file)))).toEqual([]);
    for (const file of filesOf(dist))
      expect(readFileSync(join(dist, file), "utf8"), file).not.toContain("sourceMappingURL=auth0");
  });

  it("serves the SDK's worker itself", () => {
    const worker = filesOf(dist).find((file) => file.includes("worker.production"));
    const sdk = filesOf(dist).find((file) => file.startsWith("assets/auth0-") && !file.includes("worker"));
    expect(readFileSync(join(dist, sdk ?? ""), "utf8")).toContain(`/${worker}`);
  });

  it("has nothing in its page that the Content-Security-Policy refuses, and every file it names", () => {
    const html = readFileSync(join(dist, "index.html"), "utf8");
    expect(policyProblems(html)).toEqual([]);
    for (const [, file = ""] of html.matchAll(/\s(?:src|href)="\/([^"]+)"/g))
      expect(existsSync(join(dist, file)), file).toBe(true);
  });

  it("has the name and description of src/product.ts", () => {
    const html = readFileSync(join(dist, "index.html"), "utf8");
    expect(unescapeHTML(/<title>([^<]*)</.exec(html)?.[1])).toBe(productName);
    expect(unescapeHTML(/name="description" content="([^"]*)"/.exec(html)?.[1])).toBe(productDescription);
  });

  it("evaluates no text as code", () => {
    for (const file of measure(dist).scripts.keys())
      expect(readFileSync(join(dist, file), "utf8"), file).not.toMatch(/\beval\(|\bnew Function\b|\bFunction\(["'`]/);
  });

  it("is the same, byte for byte, when built from another folder", { timeout: 60_000 }, async () => {
    const [folder, other] = [join(temporary, "a", "copy of", "web"), join(temporary, "dist-of-copy")];
    cpSync(web, folder, { recursive: true, filter: (source) => !/[\\/](node_modules|dist)$/.test(source) });
    symlinkSync(join(web, "node_modules"), join(folder, "node_modules"));
    await build(folder, other);
    expect(filesOf(other)).toEqual(filesOf(dist));
    for (const file of filesOf(dist))
      expect(readFileSync(join(other, file)).equals(readFileSync(join(dist, file))), file).toBe(true);
  });
});

function unescapeHTML(text = ""): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

describe("the budget's check", () => {
  /** A build of files whose bytes do not compress. */
  function fakeDist(files: Record<string, { imports?: string; bytes: number }>): string {
    const dist = mkdtempSync(join(temporary, "fake-"));
    for (const [file, { imports = "", bytes }] of Object.entries(files)) {
      mkdirSync(dirname(join(dist, file)), { recursive: true });
      writeFileSync(join(dist, file), `${imports}//${randomBytes(bytes).toString("latin1")}`, "latin1");
    }
    writeFileSync(join(dist, "index.html"), '<script type="module" crossorigin src="/assets/entry.js"></script>');
    return dist;
  }

  it("counts static imports of any script before first paint, and dynamic ones only in total", () => {
    const dist = fakeDist({
      "assets/entry.js": {
        imports: 'import{a as b}from"./one.js";import"/assets/three.js";import("./late.js");',
        bytes: 1000,
      },
      "assets/one.js": { imports: 'export*from"./two.js";', bytes: 1000 },
      "assets/two.js": { imports: 'import{b}from"./entry.js";', bytes: 1000 },
      "assets/three.js": { bytes: 1000 },
      "assets/late.js": { bytes: 4000 },
    });
    const sizes = measure(dist);
    expect(Array.from(sizes.firstPaint).sort()).toEqual([
      "assets/entry.js",
      "assets/one.js",
      "assets/three.js",
      "assets/two.js",
    ]);
    expect(sums(sizes).firstPaintBytes).toBeGreaterThan(4000);
    expect(sums(sizes).totalBytes).toBeGreaterThan(8000);
  });

  it("fails when there is too much in total", () => {
    const dist = fakeDist({ "assets/entry.js": { bytes: 10 }, "assets/late.js": { bytes: budget.totalBytes } });
    expect(overBudget(measure(dist), budget)).toEqual([
      expect.stringMatching(
        /^JavaScript in total: [\d.]+ KiB, \d+ bytes more than the \d+\.00 KiB allowed\. .*lazy.*site\/test\/budget\.ts/,
      ),
    ]);
  });

  it("fails when there is too much before first paint", () => {
    const dist = fakeDist({
      "assets/entry.js": { imports: 'import"./more.js";', bytes: 10 },
      "assets/more.js": { bytes: budget.firstPaintBytes },
    });
    expect(overBudget(measure(dist), budget)).toEqual([
      expect.stringMatching(/^JavaScript before first paint: .*lazy.*site\/test\/budget\.ts/),
    ]);
  });
});

describe("the policy's check", () => {
  it.each([
    { name: "an inline script", html: "<script>go()</script>", problem: "inline script" },
    { name: "a style sheet", html: "<style>a{}</style>", problem: "inline style sheet" },
    { name: "a style", html: '<p class="x" style="color:red">', problem: "inline style or handler" },
    { name: "a handler", html: '<body onload="go()">', problem: "inline style or handler" },
    { name: "another origin", html: '<script src="//cdn.example/x.js"></script>', problem: "another origin" },
  ])("finds $name", ({ html, problem }) => {
    expect(policyProblems(html)).toEqual([expect.stringContaining(problem)]);
  });

  it("accepts a page without them", () => {
    expect(policyProblems('<link rel="stylesheet" href="/a.css"><script type="module" src="/a.js"></script>')).toEqual(
      [],
    );
  });
});
