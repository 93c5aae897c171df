import { describe, expect, it } from "vitest";
import { pageAt, pages, titleOf } from "../src/pages";
import { productName } from "../src/product";

describe("pages", () => {
  it("have paths that can be found, each once", () => {
    for (const page of pages) {
      expect(page.path).toMatch(/^\/([a-z0-9-]+(\/[a-z0-9-]+)*)?$/);
      expect(pageAt(page.path)).toBe(page);
    }
  });

  it("start with the start page", () => {
    expect(pageAt("/")).toBe(pages[0]);
  });
});

describe("pageAt", () => {
  it.each([
    ["/", "/"],
    ["//", "/"],
    ["/profile", "/profile"],
    ["/profile/", "/profile"],
    ["/Profile", undefined],
    ["/profile/x", undefined],
    ["/index.html", undefined],
  ])("%s is the page %s", (path, want) => {
    expect(pageAt(path)?.path).toBe(want);
  });
});

describe("titleOf", () => {
  it("names page and product", () => {
    expect(titleOf(pageAt("/"))).toBe(productName);
    expect(titleOf(pageAt("/profile"))).toBe(`Profile – ${productName}`);
    expect(titleOf(undefined)).toBe(`Not found – ${productName}`);
  });
});
