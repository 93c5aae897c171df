import { describe, expect, it } from "vitest";
import { bodyOf, curlOf, draftOf, targetOf, variablesOf, type Draft } from "../../console/src/call";
import type { Api, Route } from "../../console/src/model";

const route: Route = { key: "GET /a", method: "GET", path: "/api/a", function: "a", authorizer: "", scopes: [] };
const api: Api = { siteUrl: "http://site", apiUrl: "http://api", routes: [route], users: [], flaws: [], audience: "" };
const draft = (part: Partial<Draft>): Draft => ({ ...draftOf(route), ...part });

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

  it("has the variables of its path", () => {
    expect(variablesOf("/x/{id}/y/{rest+}")).toEqual(["id", "rest"]);
  });
});

describe("a call of another route", () => {
  it("keeps who calls, and nothing else", () => {
    const before = draft({ user: "u", flaw: "expired", through: "api", body: "text", query: [{ name: "a", value: "b" }] });
    const after = draftOf({ ...route, method: "ANY", path: "/api/b" }, before);
    expect(after).toMatchObject({ method: "GET", path: "/api/b", user: "u", flaw: "expired", through: "api" });
    expect(after).toMatchObject({ body: "", query: [], headers: [] });
  });
});

describe("what is sent", () => {
  it("leaves out headers without a name", () => {
    const headers = [
      { name: "X-One", value: "1" },
      { name: "", value: "2" },
    ];
    expect(bodyOf(draft({ headers })).headers).toEqual([["X-One", "1"]]);
  });
});

describe("the curl command", () => {
  it.each([
    { part: {}, curl: "curl -i 'http://site/api/a'" },
    { part: { through: "api" as const, method: "HEAD" }, curl: "curl -I 'http://api/api/a'" },
    { part: { user: "u" }, curl: `curl -i -H "Authorization: Bearer $TOKEN" 'http://site/api/a'` },
    {
      part: { method: "POST", body: "it's", headers: [{ name: "X-Odd", value: "$(x) `y` 'z'" }] },
      curl: `curl -i -X POST -H 'X-Odd: $(x) \`y\` '\\''z'\\''' --data-binary 'it'\\''s' 'http://site/api/a'`,
    },
  ])("is $curl", ({ part, curl }) => {
    expect(curlOf(draft(part), api)).toBe(curl);
  });
});
