// A call to the API as it is being written: a pure core for the explorer.
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
  through: "site" | "api";
  /** Of the user; empty: nobody. */
  user: string;
  flaw: string;
}

export const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** A call of a route, with nothing filled in. Whoever was chosen as the caller stays. */
export function draftOf(route: Route, before?: Draft): Draft {
  return {
    method: route.method === "ANY" ? "GET" : route.method,
    path: route.path,
    variables: {},
    query: [],
    headers: [],
    body: "",
    through: before?.through ?? "site",
    user: before?.user ?? "",
    flaw: before?.flaw ?? "",
  };
}

/** The names of a path's variables, in their order. */
export function variablesOf(path: string): string[] {
  return Array.from(path.matchAll(/\{([^{}+]+)\+?\}/g), ([, name = ""]) => name);
}

/** The path with its variables and the query, encoded. A greedy variable keeps its slashes. */
export function targetOf({ path, variables, query }: Draft): string {
  const filled = path.replace(/\{([^{}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const encoded = encodeURIComponent(variables[name] ?? "");
    return greedy === "" ? encoded : encoded.replaceAll("%2F", "/");
  });
  const pairs = query.filter(({ name }) => name !== "");
  if (pairs.length === 0) return filled;
  return `${filled}?${pairs.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&")}`;
}

/** What the server is asked to send. */
export function bodyOf(draft: Draft) {
  const { method, through, user, flaw, body } = draft;
  return { method, through, user, flaw, body, path: targetOf(draft), headers: headersOf(draft) };
}

function headersOf({ headers }: Draft): [string, string][] {
  return headers.filter(({ name }) => name !== "").map(({ name, value }) => [name, value]);
}

/** The call as a curl command for a POSIX shell. The token is a variable: a secret does not belong in a history file. */
export function curlOf(draft: Draft, api: Api): string {
  const parts = ["curl -i"];
  if (draft.method === "HEAD") parts[0] = "curl -I";
  else if (draft.method !== "GET" || draft.body !== "") parts.push(`-X ${draft.method}`);
  for (const [name, value] of headersOf(draft)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  // In double quotes, so that the shell puts the variable in.
  if (draft.user !== "") parts.push('-H "Authorization: Bearer $TOKEN"');
  if (draft.body !== "") parts.push(`--data-binary ${quote(draft.body)}`);
  parts.push(quote((draft.through === "site" ? api.siteUrl : api.apiUrl) + targetOf(draft)));
  return parts.join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
