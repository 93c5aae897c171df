import { describe, expect, it } from "vitest";
import type { Outcome } from "../src/api";
import { explain, parseChallenge, type Credential, type Reason } from "../src/reason";
import { answer } from "./fakes";

const challenge = (description: string) =>
  `Bearer scope="read:private" error="invalid_token" error_description="${description}"`;
const unauthorized = (www: string) => answer(401, '{"message":"Unauthorized"}', { "www-authenticate": www });

interface Row {
  name: string;
  outcome: Outcome;
  credential: Credential;
  signedIn: boolean;
  tone: Reason["tone"];
  title: string;
  signIn: boolean;
}

const rows: Row[] = [
  {
    name: "200 on the public route",
    outcome: answer(200, "Hello stranger!"),
    credential: "none",
    signedIn: false,
    tone: "good",
    title: "Answered without a token",
    signIn: false,
  },
  {
    name: "200 with a token",
    outcome: answer(200, "Hello x!"),
    credential: "token",
    signedIn: true,
    tone: "good",
    title: "Your token was accepted",
    signIn: false,
  },
  {
    name: "204 with a token",
    outcome: answer(204, ""),
    credential: "token",
    signedIn: true,
    tone: "good",
    title: "Your token was accepted",
    signIn: false,
  },
  {
    name: "a page in the API's place",
    outcome: answer(200, "<!doctype html>", { "content-type": "text/html; charset=utf-8" }),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "A page answered, not the API",
    signIn: false,
  },
  {
    name: "a redirect that was not followed",
    outcome: answer(304, ""),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "Not accepted",
    signIn: false,
  },
  {
    name: "401 while signed out",
    outcome: unauthorized("Bearer"),
    credential: "none",
    signedIn: false,
    tone: "refused",
    title: "You are signed out",
    signIn: true,
  },
  {
    name: "401 without the token on purpose",
    outcome: unauthorized("Bearer"),
    credential: "none",
    signedIn: true,
    tone: "refused",
    title: "No token was sent",
    signIn: false,
  },
  {
    name: "401 although a token was sent, with no reason",
    outcome: unauthorized("Bearer"),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "The token was not accepted",
    signIn: true,
  },
  {
    name: "401 without the header",
    outcome: answer(401, ""),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "The token was not accepted",
    signIn: true,
  },
  {
    name: "expired",
    outcome: unauthorized(challenge("the token has expired")),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "The token has expired",
    signIn: true,
  },
  {
    name: "wrong audience",
    outcome: unauthorized(challenge("the token does not have a valid audience")),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "The token is for another API",
    signIn: false,
  },
  {
    name: "opaque",
    outcome: unauthorized(challenge("token contains an invalid number of segments")),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "The token is opaque",
    signIn: false,
  },
  {
    name: "wrong issuer",
    outcome: unauthorized(challenge("issuer does not match")),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "The token is from another tenant",
    signIn: false,
  },
  {
    name: "another algorithm",
    outcome: unauthorized(challenge("signing method ES256 is invalid")),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "The token is signed in another way",
    signIn: false,
  },
  {
    name: "discovery unreachable",
    outcome: unauthorized(challenge("OIDC discovery endpoint communication error")),
    credential: "token",
    signedIn: true,
    tone: "failed",
    title: "The API cannot reach the tenant",
    signIn: false,
  },
  {
    name: "keys unreachable",
    outcome: unauthorized(challenge("JWKS communication error")),
    credential: "token",
    signedIn: true,
    tone: "failed",
    title: "The API cannot reach the tenant",
    signIn: false,
  },
  {
    name: "bad signature",
    outcome: unauthorized(challenge("crypto/rsa: verification error, signature is invalid")),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "The token's signature is not valid",
    signIn: true,
  },
  {
    name: "a reason of the future",
    outcome: unauthorized(challenge("the moon is full")),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "The token was not accepted",
    signIn: true,
  },
  {
    name: "403 of the authorizer",
    outcome: answer(403, '{"message":"Forbidden"}'),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "A scope is missing",
    signIn: true,
  },
  {
    name: "403 of a firewall",
    outcome: answer(403, "<html>Request blocked</html>"),
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "Refused on the way",
    signIn: false,
  },
  {
    name: "403 without a token",
    outcome: answer(403, '{"message":"Forbidden"}'),
    credential: "none",
    signedIn: false,
    tone: "refused",
    title: "Refused on the way",
    signIn: false,
  },
  {
    name: "404",
    outcome: answer(404, '{"message":"Not Found"}'),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "No such route",
    signIn: false,
  },
  {
    name: "413",
    outcome: answer(413, ""),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "Too large",
    signIn: false,
  },
  {
    name: "429",
    outcome: answer(429, ""),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "Too many requests",
    signIn: false,
  },
  {
    name: "500",
    outcome: answer(500, ""),
    credential: "token",
    signedIn: true,
    tone: "failed",
    title: "The handler failed",
    signIn: false,
  },
  {
    name: "502",
    outcome: answer(502, ""),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "The API is not reachable",
    signIn: false,
  },
  {
    name: "503",
    outcome: answer(503, ""),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "The handler took too long",
    signIn: false,
  },
  {
    name: "504",
    outcome: answer(504, ""),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "The API took too long",
    signIn: false,
  },
  {
    name: "another 5xx",
    outcome: answer(599, ""),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "The API failed",
    signIn: false,
  },
  {
    name: "another 4xx",
    outcome: answer(418, ""),
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "Not accepted",
    signIn: false,
  },
  {
    name: "no network",
    outcome: { kind: "unanswered", cause: "network", detail: "Failed to fetch", millis: 1 },
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "No answer",
    signIn: false,
  },
  {
    name: "no answer in time",
    outcome: { kind: "unanswered", cause: "timeout", detail: "", millis: 1 },
    credential: "none",
    signedIn: false,
    tone: "failed",
    title: "No answer in time",
    signIn: false,
  },
  {
    name: "no token to be had",
    outcome: {
      kind: "noToken",
      notice: { code: "login_required", title: "Your session has ended", text: "Sign in again." },
    },
    credential: "token",
    signedIn: true,
    tone: "refused",
    title: "Your session has ended",
    signIn: true,
  },
];

describe("explain", () => {
  it.each(rows)("$name", ({ outcome, credential, signedIn, tone, title, signIn }) => {
    expect(explain(outcome, credential, signedIn)).toMatchObject({ tone, title, signIn });
  });

  it("says which right is missing and who could give it", () => {
    const text = "You lack write:orders. The role order-manager gives it.";
    const reason = explain(answer(403, '{"message":"Forbidden"}'), "token", true, text);
    expect(reason).toMatchObject({ tone: "refused", title: "You do not have the right", signIn: true });
    expect(reason.text).toContain(text);
    expect(reason.text).not.toContain("infra/routes.go");
  });

  it("says where scopes are listed", () => {
    expect(explain(answer(403, '{"message":"Forbidden"}'), "token", true).text).toContain("infra/routes.go");
  });

  it("quotes an unknown reason", () => {
    expect(explain(unauthorized(challenge("the moon is full")), "token", true).text).toBe(
      "The API’s reason: “the moon is full”.",
    );
  });

  it("quotes the browser when there was no answer", () => {
    const outcome: Outcome = { kind: "unanswered", cause: "network", detail: "Load failed", millis: 1 };
    expect(explain(outcome, "none", false).text).toMatch(/The browser’s message: Load failed$/);
  });
});

describe("parseChallenge", () => {
  it.each([
    { name: "the bare scheme", value: "Bearer", want: {} },
    {
      name: "spaces between, as API Gateway writes it",
      value: 'Bearer scope="a b" error="invalid_token" error_description="the token has expired"',
      want: { scope: "a b", error: "invalid_token", error_description: "the token has expired" },
    },
    {
      name: "commas between, as the RFC has it",
      value: 'Bearer realm="x", error="invalid_token", error_description="gone"',
      want: { realm: "x", error: "invalid_token", error_description: "gone" },
    },
    { name: "escaped quotes", value: 'Bearer error_description="a \\"b\\" c"', want: { error_description: 'a "b" c' } },
    { name: "an empty value", value: 'Bearer error=""', want: { error: "" } },
    { name: "a quote that never ends", value: 'Bearer error="abc', want: {} },
    { name: "nothing", value: "", want: {} },
  ])("$name", ({ value, want }) => {
    expect(parseChallenge(value)).toEqual(want);
  });
});
