export interface CurlRequest {
  method: string;
  url: string;
  headers: [string, string][];
  /** Empty for none. */
  body: string;
  /** `variable` refers to a shell variable: a secret belongs neither on the page nor in a history file. */
  token: "none" | "variable" | { value: string };
}

/** A curl command for a POSIX shell that sends exactly this request, whatever characters it contains. */
export function curlCommand({ method, url, headers, body, token }: CurlRequest): string {
  const parts = [method === "HEAD" ? "curl -I" : "curl -i"];
  // curl reads ranges in brackets and shortens paths with dots: https://curl.se/docs/manpage.html
  if (/[[\]{}]/.test(url)) parts.push("--globoff");
  if (/\/\.{1,2}(?=[/?]|$)/.test(url)) parts.push("--path-as-is");
  if (method !== "HEAD" && (method !== "GET" || body !== "")) parts.push(`-X ${quote(method)}`);
  for (const [name, value] of headers) parts.push(`-H ${quote(value === "" ? `${name};` : `${name}: ${value}`)}`);
  // In double quotes, so that the shell expands the variable.
  if (token === "variable") parts.push('-H "Authorization: Bearer $TOKEN"');
  else if (token !== "none") parts.push(`-H ${quote(`Authorization: Bearer ${token.value}`)}`);
  if (body !== "") {
    // By default, curl adds the content type of a form.
    if (!hasContentType(headers)) parts.push("-H 'content-type:'");
    parts.push(`--data-raw ${quote(body)}`);
  }
  return [...parts, quote(url)].join(" ");
}

export function hasContentType(headers: [string, string][]): boolean {
  return headers.some(([name]) => name.toLowerCase() === "content-type");
}

function quote(text: string): string {
  if (/^[A-Z]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
