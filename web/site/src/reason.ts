// Explains the outcome of a call: a pure function of the request and the response.
// The texts in www-authenticate are those of API Gateway's JWT authorizer.
import type { Outcome } from "./api";
import type { Answer, Content, NoAnswer } from "./http";

/** The credential that was sent. */
export type Credential = "none" | "token";

/** The explanation of an outcome. */
export interface Reason {
  /** `refused` is the API doing its work; `failed` is something that needs fixing. */
  tone: "good" | "refused" | "failed";
  title: string;
  text: string;
  /** Whether signing in (again) fixes it. */
  signIn: boolean;
}

/** `signedIn` distinguishes a token that was left out from one that does not exist; `missing` says which rights the
 *  token lacks, if that is known. */
export function explain(outcome: Outcome, credential: Credential, signedIn: boolean, missing = ""): Reason {
  if (outcome.kind === "noToken")
    return refused(
      outcome.notice.title,
      `Nothing was sent, since there is no access token to send. ${outcome.notice.text}`,
      true,
    );
  if (outcome.kind === "unanswered") return explainNoAnswer(outcome);
  if (outcome.kind === "ok") return explainSuccess(outcome, credential);
  if (outcome.status === 401) return explain401(outcome, credential, signedIn);
  return explainStatus(outcome, credential, missing);
}

function explainNoAnswer(outcome: NoAnswer): Reason {
  if (outcome.cause === "timeout")
    return failed(
      "No answer in time",
      "The API did not answer within the longest time it may take. It may be overloaded, or not reachable.",
    );
  return failed(
    "No answer",
    `The request got no answer: the API is not running or not reachable, or the browser blocked it (CORS, or the page's Content-Security-Policy). The browser’s message: ${outcome.detail}`,
  );
}

function explainSuccess(outcome: Answer, credential: Credential): Reason {
  // A distribution without the API's behavior answers every path with the site's page.
  if (valueOf(outcome, "content-type")?.startsWith("text/html")) {
    return failed(
      "A page answered, not the API",
      "The path does not lead to the API. Check apiUrl in /config.json, and that /api/* is routed to it.",
    );
  }
  if (credential === "token")
    return good(
      "Your token was accepted",
      "The authorizer checked its signature, issuer, audience, time and scope, and let the request through to the handler.",
    );
  return good("Answered without a token", "This route is public, and no token was sent.");
}

function explain401(outcome: Answer, credential: Credential, signedIn: boolean): Reason {
  if (credential === "none" && signedIn)
    return refused(
      "No token was sent",
      "You chose to send none, and this route answers only a valid access token. The handler was not run.",
      false,
    );
  if (credential === "none")
    return refused(
      "You are signed out",
      "No access token was sent, and this route answers only a valid one. The handler was not run.",
      true,
    );
  const description = challengeOf(outcome).error_description;
  if (description === undefined)
    return refused(
      "The token was not accepted",
      "The API gives no reason. It may not have received the token: look for a proxy that drops the Authorization header.",
      true,
    );
  const known = challenges.find(({ pattern }) => pattern.test(description));
  return known?.reason ?? refused("The token was not accepted", `The API’s reason: “${description}”.`, true);
}

// The first match wins. Texts as observed on API Gateway, whose JWT library is golang-jwt.
// "signing method X is invalid" must precede the rows about signatures.
const challenges: { pattern: RegExp; reason: Reason }[] = [
  {
    pattern: /expired/i,
    reason: refused(
      "The token has expired",
      "It was past its expiry time when the API checked it. Sign in again for a new one. If it is new, a clock is wrong.",
      true,
    ),
  },
  {
    pattern: /audience/i,
    reason: refused(
      "The token is for another API",
      "Its audience is not that of this API. Compare auth0.audience in /config.json with the authorizer's audience.",
      false,
    ),
  },
  {
    pattern: /segments/i,
    reason: refused(
      "The token is opaque",
      "It is no JWT, so the API cannot read it. The tenant issues such a token when the sign-in names no audience, or the tenant's own.",
      false,
    ),
  },
  {
    pattern: /issuer/i,
    reason: refused(
      "The token is from another tenant",
      "Its issuer is not the one this API trusts. Compare auth0.domain in /config.json with the authorizer's issuer, which ends in a slash.",
      false,
    ),
  },
  {
    pattern: /signing method/i,
    reason: refused(
      "The token is signed in another way",
      "This API takes RSA signatures only. Set the API's signing algorithm to RS256 in the tenant.",
      false,
    ),
  },
  {
    pattern: /communication error/i,
    reason: failed(
      "The API cannot reach the tenant",
      "It needs the tenant's public keys to check a token, and could not fetch them. Is the tenant running?",
    ),
  },
  {
    pattern: /signature|kid|key/i,
    reason: refused(
      "The token's signature is not valid",
      "It matches none of the tenant's keys. Keys may have been rotated, or the tenant restarted: sign in again.",
      true,
    ),
  },
];

function explainStatus(outcome: Answer, credential: Credential, missing: string): Reason {
  if (outcome.status === 403) return explain403(outcome, credential, missing);
  const message = statusMessages[outcome.status];
  if (message !== undefined) return failed(message.title, message.text);
  if (outcome.status >= 500)
    return failed("The API failed", "Something went wrong behind the API. Look at the function's log.");
  return failed("Not accepted", "The API answered with a status that this page cannot explain.");
}

// The authorizer refuses with JSON. Anything else comes from a server in front of it.
function explain403(outcome: Answer, credential: Credential, missing: string): Reason {
  if (credential === "none" || !isForbidden(outcome.content))
    return refused(
      "Refused on the way",
      "Something in front of the API refused the request: a firewall, or the distribution.",
      false,
    );
  if (missing !== "")
    return refused(
      "You do not have the right",
      `The token is valid, but has none of the scopes that this route requires. ${missing}`,
      true,
    );
  return refused(
    "A scope is missing",
    "The token is valid, but has none of the scopes that this route requires in infra/routes.go. The site requests all those listed there in Scopes: add the scope if it is new, and allow it to the user in the tenant; then sign in again.",
    true,
  );
}

function isForbidden(content: Content): boolean {
  return content.kind !== "binary" && content.text.includes('"Forbidden"');
}

// The meaning of each status on an HTTP API behind CloudFront; 404 also means an unknown method.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
const statusMessages: Record<number, { title: string; text: string }> = {
  404: {
    title: "No such route",
    text: "The API has no route for this method and path, or the path does not match the stage's name.",
  },
  413: { title: "Too large", text: "The request's body is over the limit." },
  429: { title: "Too many requests", text: "The stage's throttle refused it. Wait a moment, then try again." },
  500: {
    title: "The handler failed",
    text: "It crashed, answered in a shape the API does not know, or may not be invoked. The function's log has details.",
  },
  502: { title: "The API is not reachable", text: "The server in front of the API got no valid answer from it." },
  503: {
    title: "The handler took too long",
    text: "It did not answer before the API's time limit, or no instance was free.",
  },
  504: { title: "The API took too long", text: "The server in front of the API gave up waiting for it." },
};

/** The parameters of a Bearer challenge. API Gateway separates them by spaces, RFC 9110 by commas: both are read.
 *  https://www.rfc-editor.org/rfc/rfc6750#section-3 */
export function parseChallenge(value: string): Partial<Record<string, string>> {
  const found: Partial<Record<string, string>> = {};
  for (const [, name, text] of value.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)) {
    if (name !== undefined && text !== undefined) found[name.toLowerCase()] = text.replace(/\\(.)/g, "$1");
  }
  return found;
}

function challengeOf(outcome: Answer): Partial<Record<string, string>> {
  return parseChallenge(valueOf(outcome, "www-authenticate") ?? "");
}

function valueOf(outcome: Answer, name: string): string | undefined {
  return outcome.headers.find((header) => header.name.toLowerCase() === name)?.value;
}

function good(title: string, text: string): Reason {
  return { tone: "good", title, text, signIn: false };
}

function refused(title: string, text: string, signIn: boolean): Reason {
  return { tone: "refused", title, text, signIn };
}

function failed(title: string, text: string): Reason {
  return { tone: "failed", title, text, signIn: false };
}
