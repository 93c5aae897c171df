/** Where a person is sent after signing in: the path they were on, if it is one of this site's, otherwise "/".
 *  The value travels through session storage, so it is not trusted: another origin would make an open redirect. */
export function safeReturnTo(value: unknown, origin: string): string {
  if (typeof value !== "string" || !value.startsWith("/")) return "/";
  let url: URL;
  try {
    // Resolves as the browser would: "//host", "/\host" and "/<tab>/host" all end at another origin.
    url = new URL(value, origin);
  } catch {
    return "/";
  }
  // A path that begins with "//" is this origin's here, and another's when it is resolved once more.
  if (url.origin !== origin || url.pathname.startsWith("//")) return "/";
  return withoutAnswer(url);
}

/** The path without the tenant's answer in its query: it has been used, and a reload must not use it again. */
function withoutAnswer(url: URL): string {
  for (const name of ["code", "state", "error", "error_description", "iss"]) url.searchParams.delete(name);
  return url.pathname + url.search + url.hash;
}
