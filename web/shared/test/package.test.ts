import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const text = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

interface Package {
  private: boolean;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

interface Lock {
  packages: Record<string, { version?: string; integrity?: string }>;
}

describe("package.json", () => {
  const { private: hidden, dependencies, devDependencies } = JSON.parse(text("package.json")) as Package;

  it("is not for publishing", () => {
    expect(hidden).toBe(true);
  });

  it.each(Object.entries({ ...dependencies, ...devDependencies }))(
    "names one version of %s, not a range: %s",
    (_, version) => {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    },
  );
});

describe("package-lock.json", () => {
  const { packages } = JSON.parse(text("package-lock.json")) as Lock;

  it("names no download address, so that every registry serves", () => {
    expect(text("package-lock.json")).not.toMatch(/"resolved"|https?:\/\/registry/);
  });

  it("pins each package by its hash", () => {
    const loose = Object.entries(packages).filter(([path, { integrity }]) => path !== "" && integrity === undefined);
    expect(loose).toEqual([]);
  });

  // The worker's file comes from auth0-spa-js; it communicates with the copy of the SDK inside auth0-react.
  it("has one version of the SDK, the one that auth0-react was built with", () => {
    const versions = Object.entries(packages).filter(([path]) => path.endsWith("/@auth0/auth0-spa-js"));
    expect(versions.map(([, { version }]) => version)).toEqual([packages["node_modules/@auth0/auth0-react"]?.version]);
  });
});
