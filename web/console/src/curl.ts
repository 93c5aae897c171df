// A call as a curl command for a POSIX shell: the same request, whatever is in it.
import { hasContentType, sentBody, sentHeaders, targetOf, type Draft } from "./call";
import type { Api } from "./model";

/** Without a token it is a shell variable: a secret does not belong on the page, nor in a history file. */
export function curlOf(draft: Draft, api: Api, token?: string): string {
  const [target, headers, body] = [targetOf(draft), sentHeaders(draft), sentBody(draft)];
  const parts = [draft.method === "HEAD" ? "curl -I" : "curl -i"];
  // curl reads ranges in brackets and shortens paths with dots: https://curl.se/docs/manpage.html
  if (/[[\]{}]/.test(target)) parts.push("--globoff");
  if (/\/\.{1,2}(?=[/?]|$)/.test(target)) parts.push("--path-as-is");
  if (draft.method !== "HEAD" && (draft.method !== "GET" || body !== "")) parts.push(`-X ${quote(draft.method)}`);
  for (const [name, value] of headers) parts.push(`-H ${quote(value === "" ? `${name};` : `${name}: ${value}`)}`);
  if (draft.user !== "")
    parts.push(
      `-H ${token === undefined ? '"Authorization: Bearer $TOKEN"' : quote(`Authorization: Bearer ${token}`)}`,
    );
  if (body !== "") {
    // Where none is given, curl adds the content type of a form.
    if (!hasContentType(headers)) parts.push("-H 'content-type:'");
    parts.push(`--data-raw ${quote(body)}`);
  }
  parts.push(quote((draft.through === "site" ? api.siteUrl : api.apiUrl) + target));
  return parts.join(" ");
}

function quote(text: string): string {
  if (/^[A-Z]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
