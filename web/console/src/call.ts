// A call to the API as it is being written: a pure core for the explorer.
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
  /** Sent with a body, unless a header of this name is among the headers; empty: none. */
  contentType: string;
  through: "site" | "api";
  /** Of the user; empty: nobody. */
  user: string;
  /** Whether a person chose the user; otherwise each route starts with the one that it needs. */
  chosen: boolean;
  flaw: string;
}

export const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** A call of a route, with nothing filled in. A route with an authorizer starts with the ready user; whoever was chosen
 *  as the caller stays. */
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

/** The path with its variables and the query, encoded. A greedy variable keeps its slashes. */
export function targetOf({ path, variables, query }: Draft): string {
  const filled = fillPath(path, variables);
  const pairs = query.filter(({ name }) => name !== "");
  if (pairs.length === 0) return filled;
  return `${filled}?${pairs.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&")}`;
}

/** What the server is asked to send. */
export function bodyOf(draft: Draft) {
  const { method, through, user, flaw } = draft;
  return { method, through, user, flaw, body: sentBody(draft), path: targetOf(draft), headers: sentHeaders(draft) };
}

/** Whether a form asks for a body. */
export function takesBody(method: string): boolean {
  return method !== "GET" && method !== "HEAD";
}

/** The body that is sent: what was typed before the method changed is not. */
export function sentBody({ method, body }: Draft): string {
  return takesBody(method) ? body : "";
}

/** The headers that are sent, but for the token of a user, which takes the place of a typed one. */
export function sentHeaders(draft: Draft): [string, string][] {
  const typed = draft.headers.filter(
    ({ name }) => name !== "" && (draft.user === "" || name.toLowerCase() !== "authorization"),
  );
  const headers = typed.map(({ name, value }): [string, string] => [name, value]);
  if (sentBody(draft) === "" || draft.contentType === "" || hasContentType(headers)) return headers;
  return [...headers, ["content-type", draft.contentType]];
}

/** Why a body is not what its content type says; empty: it is, or nobody can say. */
export function bodyProblem(draft: Draft): string {
  const body = sentBody(draft);
  if (body === "" || !/^application\/(?:[\w.+-]+\+)?json\b/i.test(draft.contentType)) return "";
  try {
    JSON.parse(body);
    return "";
  } catch {
    return "The body is not JSON, although its content type says so.";
  }
}

/** As whom a call is sent, in words. */
export function callerText({ user, flaw }: Draft, api: Api): string {
  if (user === "") return "as nobody";
  const email = api.users?.find(({ id }) => id === user)?.email ?? "a user who is gone";
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
