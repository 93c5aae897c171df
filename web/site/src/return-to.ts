/** The path to which a user returns after signing in: the value if it is a path of this site, otherwise "/".
 *  The value was in session storage and is not trusted: another origin would be an open redirect. */
export function safeReturnTo(value: unknown, origin: string): string {
  if (typeof value !== "string" || !value.startsWith("/")) return "/";
  let url: URL;
  try {
    // Resolves as the browser would: "//host", "/\host" and "/<tab>/host" all end at another origin.
    url = new URL(value, origin);
  } catch {
    return "/";
  }
  // A path that starts with "//" belongs to this origin here, but to another one if it is resolved again.
  if (url.origin !== origin || url.pathname.startsWith("//")) return "/";
  return withoutAnswer(url);
}

/** The path without the tenant's answer in its query: it has been used, and a reload must not use it again. */
function withoutAnswer(url: URL): string {
  for (const name of ["code", "state", "error", "error_description", "iss"]) url.searchParams.delete(name);
  return url.pathname + url.search + url.hash;
}
