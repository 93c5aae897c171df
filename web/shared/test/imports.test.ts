// Who may import whom.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const web = fileURLToPath(new URL("../..", import.meta.url));

/** The text of each module, tests included, by its path. */
const texts = new Map(
  ["site", "console", "shared"].flatMap((folder) =>
    readdirSync(join(web, folder), { recursive: true, encoding: "utf8" })
      .map((file) => posix.join(folder, file.replaceAll("\\", "/")))
      .filter((file) => /\.tsx?$/.test(file) && !/\/(dist|node_modules)\//.test(file))
      .map((file): [string, string] => [file, readFileSync(join(web, file), "utf8")]),
  ),
);

/** What each module imports: other modules by their paths, packages by their names. */
const imports = new Map(Array.from(texts, ([file, text]) => [file, importsOf(file, text)]));

function importsOf(file: string, text: string): string[] {
  const targets = text.matchAll(
    /^(?:import|export|\}) .*?from "([^"]+)";$|^import "([^"]+)";$|\bimport\("([^"]+)"\)/gm,
  );
  return Array.from(targets, ([, from, effect, lazy]) => from ?? effect ?? lazy ?? "").map((target) => {
    if (!target.startsWith(".")) return target;
    const path = posix.join(posix.dirname(file), target);
    return ["", ".ts", ".tsx"].map((extension) => path + extension).find((found) => texts.has(found)) ?? path;
  });
}

/** A path of imports from a module back to itself; empty if there is none. */
function cycle(start: string): string[] {
  const before = new Map<string, string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const next of imports.get(file) ?? []) {
      if (next === start) {
        const path = [file];
        for (let at = before.get(file); at !== undefined; at = before.get(at)) path.unshift(at);
        return [...path, start];
      }
      if (before.has(next)) continue;
      before.set(next, file);
      open.push(next);
    }
  }
  return [];
}

/** The modules below a folder that import something. */
function importing(folder: string, target: RegExp): string[] {
  const found = Array.from(imports).filter(
    ([file, all]) => file.startsWith(folder) && all.some((one) => target.test(one)),
  );
  return found.map(([file]) => file);
}

describe("imports", () => {
  it("are found", () => {
    expect(imports.get("console/src/main.tsx")).toContain("shared/parts/boundary.tsx");
    expect(imports.get("site/src/main.tsx")).toEqual(expect.arrayContaining(["site/src/auth0.tsx", "react"]));
  });

  it("have no cycle", () => {
    expect(Array.from(texts.keys(), cycle).filter(({ length }) => length > 0)).toEqual([]);
  });

  it.each([
    { folder: "site/", target: /^console\// },
    { folder: "console/", target: /^site\// },
    { folder: "shared/", target: /^(site|console)\// },
  ])("of $folder do not match $target", ({ folder, target }) => {
    expect(importing(folder, target)).toEqual([]);
  });

  it("of the Auth0 SDK are in one file", () => {
    expect(importing("site/src/", /^@auth0\//)).toEqual(["site/src/auth0.tsx"]);
  });
});
