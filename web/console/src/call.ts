// A draft of an API call: the pure core of the explorer.
import { curlCommand, hasContentType } from "../../shared/curl";
import { fillPath } from "../../shared/route-path";
import type { Api, Route } from "./model";

export interface Pair {
  name: string;
  value: string;
}

export interface Draft {
  method: string;
  /** As the route has it, with {variables}. */
  path: string;
  variables: Record<string, string>;
  query: Pair[];
  headers: Pair[];
  body: string;
  /** Sent with a body unless the headers contain one; empty for none. */
  contentType: string;
  through: "site" | "api";
  /** The user's ID; empty to send no token. */
  user: string;
  /** Whether the user was chosen by hand. If not, each route starts with the user that it needs. */
  chosen: boolean;
  flaw: string;
}

export const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** An empty call of a route. For a route with an authorizer it has the ready user, unless a user was chosen by hand. */
export function draftOf(route: Route, api: Api, before?: Draft): Draft {
  const ready = api.users?.find((user) => user.ready)?.id ?? "";
  const user = before?.chosen === true ? before.user : route.authorizer === "" ? "" : ready;
  return {
    method: route.method === "ANY" ? "GET" : route.method,
    path: route.path,
    variables: {},
    query: [],
    headers: [],
    body: "",
    contentType: "application/json",
    through: before?.through ?? "site",
    user,
    chosen: before?.chosen ?? false,
    flaw: user !== "" && user === before?.user ? before.flaw : "",
  };
}

/** The path with its variables filled in, and the query, both encoded. */
export function targetOf({ path, variables, query }: Draft): string {
  const filled = fillPath(path, variables);
  const pairs = query.filter(({ name }) => name !== "");
  if (pairs.length === 0) return filled;
  return `${filled}?${pairs.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&")}`;
}

/** The request body for the console's server, which sends the call. */
export function bodyOf(draft: Draft) {
  const { method, through, user, flaw } = draft;
  return { method, through, user, flaw, body: sentBody(draft), path: targetOf(draft), headers: sentHeaders(draft) };
}

/** Whether the form has a field for the body. */
export function takesBody(method: string): boolean {
  return method !== "GET" && method !== "HEAD";
}

/** The body that is sent: empty for a method without one, even if text was typed before the method changed. */
export function sentBody({ method, body }: Draft): string {
  return takesBody(method) ? body : "";
}

/** The headers that are sent, without the user's token, which replaces a typed Authorization header. */
export function sentHeaders(draft: Draft): [string, string][] {
  const typed = draft.headers.filter(
    ({ name }) => name !== "" && (draft.user === "" || name.toLowerCase() !== "authorization"),
  );
  const headers = typed.map(({ name, value }): [string, string] => [name, value]);
  if (sentBody(draft) === "" || draft.contentType === "" || hasContentType(headers)) return headers;
  return [...headers, ["content-type", draft.contentType]];
}

/** Why the body does not match its content type; empty if it matches or cannot be checked. */
export function bodyProblem(draft: Draft): string {
  const body = sentBody(draft);
  if (body === "" || !/^application\/(?:[\w.+-]+\+)?json\b/i.test(draft.contentType)) return "";
  try {
    JSON.parse(body);
    return "";
  } catch {
    return "The body is not valid JSON, but its content type is JSON.";
  }
}

/** The caller, as a phrase. */
export function callerText({ user, flaw }: Draft, api: Api): string {
  if (user === "") return "without a token";
  const email = api.users?.find(({ id }) => id === user)?.email ?? "a deleted user";
  const words = api.flaws?.find(({ name }) => name === flaw)?.words ?? flaw;
  return words === "" ? `as ${email}` : `as ${email}, token ${words}`;
}

/** The call as a curl command, with a token where one was made for it. */
export function curlOf(draft: Draft, api: Api, token?: string): string {
  return curlCommand({
    method: draft.method,
    url: (draft.through === "site" ? api.siteUrl : api.apiUrl) + targetOf(draft),
    headers: sentHeaders(draft),
    body: sentBody(draft),
    token: draft.user === "" ? "none" : token === undefined ? "variable" : { value: token },
  });
}
