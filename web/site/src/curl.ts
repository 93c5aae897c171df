import type { Call } from "./calls";

/** The call as a curl command for a POSIX shell. The token is a variable: a secret does not belong in a history file. */
export function curlCommand({ request, url }: Pick<Call, "request" | "url">): string {
  const parts = ["curl -i"];
  if (request.method !== "GET") parts.push(request.method === "HEAD" ? "--head" : `-X ${request.method}`);
  // In double quotes, so that the shell puts the variable in.
  if (request.token) parts.push('-H "Authorization: Bearer $TOKEN"');
  if (request.body !== undefined)
    parts.push("-H 'Content-Type: application/json'", `--data-raw ${quote(JSON.stringify(request.body))}`);
  return [...parts, quote(url)].join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
