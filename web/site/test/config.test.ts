import { describe, expect, it } from "vitest";
import { loadConfig, parseConfig } from "../src/config";
import type { Reply } from "../src/http";
import { answer } from "./fakes";

const auth0 = { domain: "tenant.eu.auth0.com", clientId: "abc", audience: "https://api", scope: "openid read:private" };
const valid = { auth0, apiUrl: "/api" };

describe("parseConfig", () => {
  it.each([
    {
      name: "the shape that the deployment writes",
      json: valid,
      want: { ...auth0, roles: [], tokenCache: "memory", apiUrl: "/api" },
    },
    {
      name: "roles",
      json: { ...valid, auth0: { ...auth0, roles: [{ name: "manager", scopes: ["write:orders"] }] } },
      want: { roles: [{ name: "manager", scopes: ["write:orders"] }] },
    },
    {
      name: "a tenant without TLS",
      json: { ...valid, auth0: { ...auth0, domain: "http://localhost:3002" } },
      want: { domain: "http://localhost:3002" },
    },
    {
      name: "the cache that survives a reload",
      json: { ...valid, auth0: { ...auth0, tokenCache: "localstorage" } },
      want: { tokenCache: "localstorage" },
    },
    {
      name: "the default cache, stated",
      json: { ...valid, auth0: { ...auth0, tokenCache: "memory" } },
      want: { tokenCache: "memory" },
    },
    {
      name: "an API elsewhere, with a slash at its end",
      json: { ...valid, apiUrl: "https://api.example.com/v1/" },
      want: { apiUrl: "https://api.example.com/v1" },
    },
    { name: "a live stack", json: { ...valid, live: true }, want: { live: true } },
    { name: "one that is not live", json: valid, want: { live: false } },
    { name: "keys of a later version", json: { ...valid, later: 1 }, want: { clientId: "abc" } },
  ])("accepts $name", ({ json, want }) => {
    const result = parseConfig(JSON.stringify(json));
    expect(result).toMatchObject({ kind: "ready", config: want });
  });

  it.each([
    {
      name: "a page",
      text: "<!doctype html><html>",
      problem: '/config.json is not JSON: it begins with "<!doctype html><html>".',
    },
    { name: "nothing", text: "", problem: '/config.json is not JSON: it begins with "".' },
    { name: "half a file", text: '{"auth0":', problem: "is not JSON" },
    { name: "a list", text: "[]", problem: "/config.json: expected an object, got a list." },
    { name: "null", text: "null", problem: "/config.json: expected an object, got null." },
    { name: "no auth0", text: '{"apiUrl":"/api"}', problem: "/config.json: auth0: expected an object, got nothing." },
    {
      name: "auth0 as a text",
      text: '{"auth0":"x","apiUrl":"/api"}',
      problem: "/config.json: auth0: expected an object, got a string.",
    },
  ])("refuses $name", ({ text, problem }) => {
    const result = parseConfig(text);
    expect(result).toEqual({ kind: "failed", problems: [expect.stringContaining(problem)] });
  });

  it.each([
    {
      name: "a missing client id",
      change: { clientId: undefined },
      problem: "auth0.clientId: expected a text, got nothing.",
    },
    { name: "a number", change: { audience: 7 }, problem: "auth0.audience: expected a text, got a number." },
    { name: "an empty scope", change: { scope: " " }, problem: "auth0.scope: expected a text, got an empty one." },
    {
      name: "a domain with a slash",
      change: { domain: "https://tenant.auth0.com/" },
      problem: "auth0.domain: expected a host such as",
    },
    {
      name: "a domain with a path",
      change: { domain: "tenant.auth0.com/login" },
      problem: "auth0.domain: expected a host such as",
    },
    {
      name: "a domain of another scheme",
      change: { domain: "javascript:alert(1)" },
      problem: "auth0.domain: expected a host such as",
    },
    {
      name: "an unknown cache",
      change: { tokenCache: "session" },
      problem: 'auth0.tokenCache: expected "memory" or "localstorage", got "session".',
    },
    ...[{}, [1], [{ name: "x" }], [{ name: 1, scopes: [] }], [{ name: "x", scopes: [1] }]].map((roles) => ({
      name: `the roles ${JSON.stringify(roles)}`,
      change: { roles },
      problem: "auth0.roles: expected a list of roles, each with a name and its scopes.",
    })),
    {
      name: "a cache that is no text",
      change: { tokenCache: true },
      problem: 'auth0.tokenCache: expected "memory" or "localstorage", got a boolean.',
    },
  ])("refuses $name", ({ change, problem }) => {
    const result = parseConfig(JSON.stringify({ ...valid, auth0: { ...auth0, ...change } }));
    expect(result).toEqual({ kind: "failed", problems: [expect.stringContaining(problem)] });
  });

  it("refuses a live that is neither true nor false", () => {
    const result = parseConfig(JSON.stringify({ ...valid, live: "true" }));
    expect(result).toEqual({ kind: "failed", problems: ["/config.json: live: expected true or false, got a string."] });
  });

  it.each(["//evil.example", "javascript:alert(1)", "api", "ftp://host"])("refuses to send a token to %s", (apiUrl) => {
    const result = parseConfig(JSON.stringify({ ...valid, apiUrl }));
    expect(result).toEqual({
      kind: "failed",
      problems: [expect.stringContaining("apiUrl: expected a path such as /api or a URL")],
    });
  });

  it("reports every problem at once", () => {
    const result = parseConfig(JSON.stringify({ auth0: { domain: 1, clientId: "" }, apiUrl: null }));
    expect(result.kind === "failed" && result.problems.map((problem) => problem.split(":")[1]?.trim())).toEqual([
      "auth0.domain",
      "auth0.clientId",
      "auth0.audience",
      "auth0.scope",
      "apiUrl",
    ]);
  });
});

// Random texts of config.json, from pieces that are hard to parse. The generator is seeded, so that failures are
// reproducible; its state is in the message of the failing assertion.
describe("parseConfig, of made-up texts", () => {
  const pieces = [
    ...['{"auth0":{', '"domain":', '"clientId":', '"audience":', '"scope":', '"tokenCache":', '},"apiUrl":', "}", ","],
    ...['"tenant.eu.auth0.com"', '"http://localhost:3002"', '"memory"', '"localstorage"', '"/api"', '"https://api"'],
    ...['"//evil.example"', '"/\\\\evil.example"', '"/\\t/evil.example"', '"javascript:alert(1)"', '"data:,"', '" "'],
    ...["null", "[]", "{}", "1e999", "true", '"__proto__":{"x":1}', "\u0000", "\ufeff", '"\\ud800"', "[[[[", "/**/"],
  ];
  let state = 20261124;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    return state % below;
  };
  const pick = () => pieces[random(pieces.length)] ?? "";
  const whole = () => {
    const value = () => (random(3) === 0 ? pick() : undefined);
    const auth0Text = `{"domain":${value() ?? '"a.example"'},"clientId":"c","audience":"a","scope":${value() ?? '"s"'}}`;
    return `{"auth0":${auth0Text},"apiUrl":${value() ?? '"/api"'}}`;
  };
  const mixed = () => Array.from({ length: random(24) }, pick).join("");

  it("sends a token only to the site that the text names, and never throws", () => {
    const site = "https://site.example";
    let accepted = 0;
    for (let i = 0; i < 4_000; i++) {
      const seed = state;
      const text = i % 2 === 0 ? whole() : mixed();
      const result = parseConfig(text);
      if (result.kind === "failed") {
        expect(result.problems, `${seed}: ${text}`).not.toHaveLength(0);
        continue;
      }
      accepted++;
      const { apiUrl, domain } = result.config;
      const target = new URL(`${apiUrl}/private`, site);
      const elsewhere = /^https?:\/\//.test(apiUrl);
      expect(elsewhere || target.origin === site, `${seed}: ${apiUrl}`).toBe(true);
      expect(target.protocol, `${seed}: ${apiUrl}`).toMatch(/^https?:$/);
      expect(domain, `${seed}: ${text}`).toMatch(/^(https?:\/\/)?[a-z0-9.-]+(:\d+)?$/i);
    }
    expect(accepted).toBeGreaterThan(200);
  });
});

describe("loadConfig", () => {
  it("fetches the configuration from the site's root, without a token", async () => {
    const requests: unknown[][] = [];
    const result = await loadConfig(async (...request) => {
      requests.push(request);
      return answer(200, JSON.stringify(valid));
    });
    expect(requests).toEqual([[{ method: "GET", url: "/config.json" }]]);
    expect(result.kind).toBe("ready");
  });

  it.each<{ name: string; reply: Reply; problem: string }>([
    { name: "a missing file", reply: answer(404, ""), problem: "/config.json is missing (status 404)" },
    {
      name: "a bucket that may not be listed",
      reply: answer(403, ""),
      problem: "/config.json is missing (status 403)",
    },
    { name: "a failing server", reply: answer(500, "oops"), problem: "/config.json: expected status 200, got 500." },
    {
      name: "no server",
      reply: { kind: "unanswered", cause: "network", detail: "Failed to fetch", millis: 1 },
      problem: "/config.json could not be fetched (Failed to fetch).",
    },
  ])("reports $name", async ({ reply, problem }) => {
    const result = await loadConfig(async () => reply);
    expect(result).toEqual({ kind: "failed", problems: [expect.stringContaining(problem)] });
  });
});
