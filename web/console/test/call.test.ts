import { describe, expect, it } from "vitest";
import { bodyOf, bodyProblem, callerText, curlOf, draftOf, targetOf, type Draft } from "../src/call";
import type { Api, Route } from "../src/model";

const route: Route = { key: "GET /a", method: "GET", path: "/api/a", function: "a", authorizer: "", scopes: [] };
const guarded: Route = { ...route, path: "/api/b", authorizer: "jwt" };
const api: Api = {
  siteUrl: "http://site",
  apiUrl: "http://api",
  routes: [route],
  users: [
    { id: "u", email: "a@example.com", ready: false },
    { id: "r", email: "dev@example.com", ready: true },
  ],
  flaws: [{ name: "expired", words: "expired an hour ago" }],
  audience: "",
};
const draft = (part: Partial<Draft>): Draft => ({ ...draftOf(route, api), ...part });

describe("the target of a call", () => {
  it.each([
    { part: {}, target: "/api/a" },
    { part: { path: "/x/{id}", variables: { id: "a/b c" } }, target: "/x/a%2Fb%20c" },
    { part: { path: "/x/{rest+}", variables: { rest: "a/b c" } }, target: "/x/a/b%20c" },
    { part: { path: "/x/{id}" }, target: "/x/" },
    {
      part: {
        query: [
          { name: "q", value: "a&b=c" },
          { name: "", value: "left out" },
          { name: "q", value: "ä" },
        ],
      },
      target: "/api/a?q=a%26b%3Dc&q=%C3%A4",
    },
  ])("is $target", ({ part, target }) => {
    expect(targetOf(draft(part))).toBe(target);
  });
});

describe("a call of another route", () => {
  it("keeps the chosen caller, and nothing else", () => {
    const query = [{ name: "a", value: "b" }];
    const before = draft({ user: "u", chosen: true, flaw: "expired", through: "api", body: "text", query });
    const after = draftOf({ ...guarded, method: "ANY" }, api, before);
    expect(after).toMatchObject({ method: "GET", path: "/api/b", user: "u", flaw: "expired", through: "api" });
    expect(after).toMatchObject({ body: "", query: [], headers: [] });
    expect(draftOf(guarded, api, draft({ user: "", chosen: true })).user).toBe("");
  });

  it("starts with the ready user if the route needs a token, and without one otherwise", () => {
    const first = draftOf(guarded, api);
    expect(first).toMatchObject({ user: "r", flaw: "" });
    expect(draftOf(route, api, { ...first, flaw: "expired" })).toMatchObject({ user: "", flaw: "" });
    expect(draftOf(guarded, { ...api, users: null }).user).toBe("");
  });
});

describe("what is sent", () => {
  const post = { method: "POST", body: "a" };
  const header = (name: string, value: string) => ({ headers: [{ name, value }] });
  it.each([
    {
      name: "headers that have a name",
      part: { headers: [...header("X-One", "1").headers, ...header("", "2").headers] },
      sent: [["X-One", "1"]],
      body: "",
    },
    {
      name: "JSON as JSON",
      part: { method: "POST", body: "{}" },
      sent: [["content-type", "application/json"]],
      body: "{}",
    },
    {
      name: "another content type",
      part: { ...post, contentType: "text/plain" },
      sent: [["content-type", "text/plain"]],
      body: "a",
    },
    {
      name: "a header's content type",
      part: { ...post, ...header("Content-Type", "text/csv") },
      sent: [["Content-Type", "text/csv"]],
      body: "a",
    },
    { name: "no content type", part: { ...post, contentType: "" }, sent: [], body: "a" },
    { name: "no body, no content type", part: { method: "POST" }, sent: [], body: "" },
    { name: "no body with GET", part: { body: "typed before" }, sent: [], body: "" },
    {
      name: "a user's token replaces a typed one",
      part: { user: "u", ...header("AUTHORIZATION", "x") },
      sent: [],
      body: "",
    },
    {
      name: "a typed token without a user",
      part: header("Authorization", "x"),
      sent: [["Authorization", "x"]],
      body: "",
    },
  ])("is $name", ({ part, sent, body }) => {
    expect(bodyOf(draft(part))).toMatchObject({ headers: sent, body });
  });

  it.each([
    { part: { method: "POST", body: "{" }, wrong: true },
    { part: { method: "POST", body: "{}" }, wrong: false },
    { part: { method: "POST", body: "{", contentType: "application/ld+json; charset=utf-8" }, wrong: true },
    { part: { method: "POST", body: "{", contentType: "text/plain" }, wrong: false },
    { part: { body: "{" }, wrong: false },
  ])("matches its content type, or a warning is shown: $part", ({ part, wrong }) => {
    expect(bodyProblem(draft(part)) !== "").toBe(wrong);
  });
});

it.each([
  { part: {}, text: "without a token" },
  { part: { user: "u" }, text: "as a@example.com" },
  { part: { user: "u", flaw: "expired" }, text: "as a@example.com, token expired an hour ago" },
  { part: { user: "gone" }, text: "as a deleted user" },
])("names the caller: $text", ({ part, text }) => {
  expect(callerText(draft(part), api)).toBe(text);
});

describe("the curl command", () => {
  it.each([
    { part: {}, curl: "curl -i 'http://site/api/a'" },
    { part: { through: "api" as const, method: "HEAD" }, curl: "curl -I 'http://api/api/a'" },
    { part: { user: "u" }, curl: `curl -i -H "Authorization: Bearer $TOKEN" 'http://site/api/a'` },
    {
      part: { method: "POST", body: "it's", headers: [{ name: "X-Odd", value: "$(x) `y` 'z'" }] },
      curl: `curl -i -X POST -H 'X-Odd: $(x) \`y\` '\\''z'\\''' -H 'content-type: application/json' --data-raw 'it'\\''s' 'http://site/api/a'`,
    },
    {
      part: { method: "POST", body: "@/etc/hosts", contentType: "", headers: [{ name: "X-Empty", value: "" }] },
      curl: "curl -i -X POST -H 'X-Empty;' -H 'content-type:' --data-raw '@/etc/hosts' 'http://site/api/a'",
    },
    {
      part: { path: "/api/a/../[1]", body: "unsent" },
      curl: "curl -i --globoff --path-as-is 'http://site/api/a/../[1]'",
    },
    { part: { method: "A;b" }, curl: "curl -i -X 'A;b' 'http://site/api/a'" },
  ])("is $curl", ({ part, curl }) => {
    expect(curlOf(draft(part), api)).toBe(curl);
  });

  it("contains a token if one was issued", () => {
    expect(curlOf(draft({ user: "u" }), api, "to.ke.n")).toBe(
      "curl -i -H 'Authorization: Bearer to.ke.n' 'http://site/api/a'",
    );
  });
});
