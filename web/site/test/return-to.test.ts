import { describe, expect, it } from "vitest";
import { safeReturnTo } from "../src/return-to";

const origin = "https://site.example";

describe("safeReturnTo", () => {
  it.each([
    ["/", "/"],
    ["/profile", "/profile"],
    ["/a/b?c=d#e", "/a/b?c=d#e"],
    ["/?code=1&state=2&keep=3", "/?keep=3"],
    ["/profile?error=access_denied&error_description=no", "/profile"],
    ["/a/../profile", "/profile"],
  ])("keeps the path %s as %s", (value, want) => {
    expect(safeReturnTo(value, origin)).toBe(want);
  });

  it.each([
    "https://evil.example/",
    "https://site.example/profile",
    "//evil.example",
    "//evil.example/profile",
    "/\\evil.example/profile",
    "///evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n//evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "profile",
    " /profile",
    "",
  ])("sends %j to the start", (value) => {
    expect(safeReturnTo(value, origin)).toBe("/");
  });

  it.each([undefined, null, 7, {}, ["/profile"], true])("sends %j, which is not a string, to the start", (value) => {
    expect(safeReturnTo(value, origin)).toBe("/");
  });

  it("never leaves the origin, whatever follows the first slash", () => {
    const alphabet = [
      "/",
      "\\",
      ".",
      "..",
      "@",
      ":",
      "evil.example",
      "?",
      "#",
      "%2f",
      "%5c",
      "\t",
      "\n",
      " ",
      "https:",
    ];
    for (let n = 0; n < alphabet.length ** 4; n += 3) {
      const pick = (digit: number) => alphabet[Math.floor(n / alphabet.length ** digit) % alphabet.length] ?? "";
      const value = `/${pick(0)}${pick(1)}${pick(2)}${pick(3)}`;
      const back = safeReturnTo(value, origin);
      expect(new URL(back, origin).origin, JSON.stringify(value)).toBe(origin);
    }
  });
});
