// Reads /config.json, which the deployment writes from its outputs: the only difference
// between the local cloud, dev and prod. All problems are reported at once.
import type { Reply, Send } from "./http";
import type { Role } from "./rights";

/** config.json, validated. */
export interface Config {
  /** The tenant's host, or its URL without a path where it has no TLS (the local tenant). */
  domain: string;
  /** The client ID of the single-page application. Public. */
  clientId: string;
  /** The API's identifier in the tenant. Without it the tenant would issue an opaque token, which the API refuses. */
  audience: string;
  /** Space-separated; the private route's scope is one of them. */
  scope: string;
  /** The tenant's roles and the scopes that each gives. Empty if everyone has all scopes. */
  roles: Role[];
  /** Where tokens are stored. Memory is out of reach of other scripts, and needs the tenant's cookie to survive a reload. */
  tokenCache: "memory" | "localstorage";
  /** Without a trailing slash: `${apiUrl}/public`. */
  apiUrl: string;
  /** Whether developers' machines may answer calls. */
  live: boolean;
}

export type ConfigResult = { kind: "ready"; config: Config } | { kind: "failed"; problems: string[] };

export const configPath = "/config.json";

/** Fetches and validates the configuration. Never throws. */
export async function loadConfig(send: Send): Promise<ConfigResult> {
  const reply = await send({ method: "GET", url: configPath });
  const problem = replyProblem(reply);
  if (problem !== undefined || reply.kind === "unanswered") return failed([problem ?? "no answer"]);
  return parseConfig(reply.content.kind === "binary" ? "" : reply.content.text);
}

/** Validates the text of config.json. Unknown keys are ignored, so that an older page can read a newer file. */
export function parseConfig(text: string): ConfigResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return failed([`${configPath} is not JSON: it begins with ${JSON.stringify(text.trimStart().slice(0, 24))}.`]);
  }
  if (!isObject(json)) return failed([`${configPath}: expected an object, got ${nameOf(json)}.`]);
  const problems: string[] = [];
  const config = readConfig(json, problems);
  return problems.length === 0 ? { kind: "ready", config } : failed(problems);
}

function readConfig(json: JsonObject, problems: string[]): Config {
  const auth0 = isObject(json.auth0) ? json.auth0 : {};
  if (!isObject(json.auth0)) problems.push(`${configPath}: auth0: expected an object, got ${nameOf(json.auth0)}.`);
  const text = (key: string) => (isObject(json.auth0) ? readText(auth0[key], `auth0.${key}`, problems) : "");
  return {
    domain: checkDomain(text("domain"), problems),
    clientId: text("clientId"),
    audience: text("audience"),
    scope: text("scope"),
    roles: readRoles(auth0.roles, problems),
    tokenCache: readTokenCache(auth0.tokenCache, problems),
    apiUrl: checkApiUrl(readText(json.apiUrl, "apiUrl", problems), problems),
    live: readLive(json.live, problems),
  };
}

// A bucket without list permission answers 403 for a missing object.
function replyProblem(reply: Reply): string | undefined {
  if (reply.kind === "unanswered")
    return `${configPath} could not be fetched (${reply.detail}). Is the server running?`;
  if (reply.status === 404 || reply.status === 403) {
    return `${configPath} is missing (status ${reply.status}). The deployment writes it: has it finished?`;
  }
  if (reply.status !== 200) return `${configPath}: expected status 200, got ${reply.status}.`;
  return undefined;
}

function readText(value: unknown, key: string, problems: string[]): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  const got = typeof value === "string" ? "an empty one" : nameOf(value);
  problems.push(`${configPath}: ${key}: expected a text, got ${got}.`);
  return "";
}

// The SDK appends "/" to the domain to learn the issuer, so a slash or a path here would refuse every ID token.
// https://github.com/auth0/auth0-spa-js/blob/v2.27.0/src/utils.ts (getDomain, getTokenIssuer)
function checkDomain(domain: string, problems: string[]): string {
  if (domain !== "" && !/^(https?:\/\/)?[a-z0-9.-]+(:\d+)?$/i.test(domain)) {
    problems.push(
      `${configPath}: auth0.domain: expected a host such as tenant.eu.auth0.com, without path or slash, got ${JSON.stringify(domain)}.`,
    );
  }
  return domain;
}

// Tokens are sent here: no other scheme, and no "//host", which looks like a path but is another site. Browsers read
// "\" as "/" and drop tabs and line breaks, so only plain characters may follow.
// https://url.spec.whatwg.org/#concept-basic-url-parser
function checkApiUrl(url: string, problems: string[]): string {
  if (url !== "" && !/^(\/(?!\/)|https?:\/\/(?!\/))[!-[\]-~]*$/.test(url)) {
    problems.push(`${configPath}: apiUrl: expected a path such as /api or a URL, got ${JSON.stringify(url)}.`);
  }
  return url.replace(/\/+$/, "");
}

function readTokenCache(value: unknown, problems: string[]): Config["tokenCache"] {
  if (value === undefined || value === "memory") return "memory";
  if (value === "localstorage") return "localstorage";
  const got = typeof value === "string" ? JSON.stringify(value) : nameOf(value);
  problems.push(`${configPath}: auth0.tokenCache: expected "memory" or "localstorage", got ${got}.`);
  return "memory";
}

function readLive(value: unknown, problems: string[]): boolean {
  if (value === undefined || typeof value === "boolean") return value === true;
  problems.push(`${configPath}: live: expected true or false, got ${nameOf(value)}.`);
  return false;
}

function readRoles(value: unknown, problems: string[]): Role[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every(isRole)) return value;
  problems.push(`${configPath}: auth0.roles: expected a list of roles, each with a name and its scopes.`);
  return [];
}

function isRole(value: unknown): value is Role {
  if (!isObject(value) || typeof value.name !== "string" || !Array.isArray(value.scopes)) return false;
  return value.scopes.every((scope) => typeof scope === "string");
}

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function failed(problems: string[]): ConfigResult {
  return { kind: "failed", problems };
}
