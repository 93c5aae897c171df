import { describe, expect, it } from "vitest";
import { draftOf } from "../src/call";
import { withoutSecrets, withSent, type ExplorerState } from "../src/explorer-state";

const route = { key: "GET /a", method: "GET", path: "/api/a", function: "a", authorizer: "", scopes: [] };
const api = { siteUrl: "", apiUrl: "", routes: [route], users: [], flaws: [], audience: "" };
const draft = draftOf(route, api);
const outcome = { id: "", url: "http://site/api/a", status: 200, took: 1, headers: [], body: "" };

it("keeps the latest calls, and shows the one that was sent last", () => {
  let state: ExplorerState = { sent: [] };
  for (let at = 1; at <= 60; at++) state = withSent(state, { at, draft, outcome });
  expect(state.shown).toBe(60);
  expect(state.sent).toHaveLength(50);
  expect(state.sent[0]?.at).toBe(60);
});

describe("what is stored", () => {
  const secret = "do-not-store";
  const signed = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.${secret}`;
  const header = (name: string, value: string) => ({ headers: [{ name, value }] });
  it.each([
    { name: "a typed token", part: header("Authorization", `Bearer ${secret}`) },
    { name: "a cookie", part: header("cookie", secret) },
    { name: "a key", part: header("X-API-Key", secret) },
    { name: "a token elsewhere", part: header("x-other", signed) },
    { name: "a token in the path", part: { path: `/a/${signed}` } },
    { name: "a token with escaped dots", part: { path: `/a/${signed.replaceAll(".", "%2E")}` } },
    { name: "a token in the query", part: { query: [{ name: "access_token", value: secret }] } },
    { name: "a code in the query", part: { query: [{ name: "code", value: secret }] } },
    { name: "a query that was typed into the path", part: { path: `/a?b=c&client_secret=${secret}` } },
    { name: "a variable", part: { variables: { token: secret } } },
    { name: "a password in JSON", part: { body: `{"a":{"newPassword" : "${secret}"}}` } },
    { name: "an escaped one", part: { body: `{"refresh_token":"a\\"${secret}"}` } },
    { name: "a form", part: { body: `grant_type=x&refresh_token=${secret}&code=${secret}` } },
  ])("lacks $name", ({ part }) => {
    const call = { at: 1, draft: { ...draft, ...part }, outcome: { ...outcome, url: `http://site/a?token=${secret}` } };
    expect(JSON.stringify(withoutSecrets({ draft: call.draft, sent: [call] }))).not.toContain(secret);
  });

  it("is otherwise unchanged", () => {
    const plain = {
      ...draft,
      body: '{"name":"a","code":5}',
      query: [{ name: "q", value: "a b" }],
      headers: [{ name: "x-odd", value: "1" }],
      variables: { id: "7" },
    };
    const state = { draft: plain, sent: [{ at: 1, draft: plain, outcome }], shown: 1 };
    expect(withoutSecrets(state)).toEqual(state);
  });
});
