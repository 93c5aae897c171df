import { describe, expect, it } from "vitest";
import { decodeToken, timeClaim } from "../jwt";
import { encodePart, token } from "./tokens";

describe("decodeToken", () => {
  it("reads header and claims", () => {
    expect(decodeToken(token({ sub: "auth0|1", exp: 5 }))).toEqual({
      kind: "jwt",
      header: { alg: "RS256", typ: "JWT" },
      claims: { sub: "auth0|1", exp: 5 },
    });
  });

  it("reads UTF-8, and base64url without padding", () => {
    const claims = { name: "Zoë 😀 ÿ?>", a: "~~~???" };
    const decoded = decodeToken(token(claims));
    expect(decoded).toMatchObject({ kind: "jwt", claims });
  });

  it.each([
    { name: "a random string", value: "9f8a7d", encrypted: false },
    { name: "nothing", value: "", encrypted: false },
    { name: "two parts", value: "a.b", encrypted: false },
    { name: "six parts", value: "a.b.c.d.e.f", encrypted: false },
    { name: "an encrypted token", value: "a.b.c.d.e", encrypted: true },
  ])("calls $name opaque", ({ value, encrypted }) => {
    expect(decodeToken(value)).toEqual({ kind: "opaque", encrypted });
  });

  it.each([
    { name: "no base64", value: "!.e30.x", problem: "The token's header is not base64url-encoded JSON." },
    {
      name: "no JSON",
      value: `${encodePart({})}.${btoa("{")}.x`,
      problem: "The token's payload is not base64url-encoded JSON.",
    },
    {
      name: "bytes that are no UTF-8",
      value: `${encodePart({})}.${btoa('{"a":"\xff"}')}.x`,
      problem: "The token's payload is not base64url-encoded JSON.",
    },
    {
      name: "a list",
      value: `${encodePart({})}.${encodePart([])}.x`,
      problem: "The token's payload is not a JSON object.",
    },
    {
      name: "null",
      value: `${encodePart(null)}.${encodePart({})}.x`,
      problem: "The token's header is not a JSON object.",
    },
  ])("calls $name broken", ({ value, problem }) => {
    expect(decodeToken(value)).toEqual({ kind: "broken", problem });
  });
});

describe("timeClaim", () => {
  it.each([
    { name: "seconds", claims: { exp: 12 }, want: 12 },
    { name: "a text", claims: { exp: "12" }, want: undefined },
    { name: "absent", claims: {}, want: undefined },
    { name: "infinite", claims: { exp: Infinity }, want: undefined },
  ])("$name", ({ claims, want }) => {
    expect(timeClaim(claims, "exp")).toBe(want);
  });
});
