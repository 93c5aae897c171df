// Which developer's machine is to answer the calls of this tab. Only used on a live stack (config.json): the name comes
// from the link that opened the site, and stays until the tab is closed or the user turns it off.

/** Sent with every call to the API while a developer is chosen. */
export const liveHeader = "x-live";

const key = "live";

/** Moves the name from the address bar, if there is one, to storage. Returns the stored name. An empty name removes the
 *  stored one; an invalid name is ignored. */
export function takeDeveloper(): string | undefined {
  const url = new URL(location.href);
  const name = url.searchParams.get(key);
  if (name !== null) {
    url.searchParams.delete(key);
    history.replaceState(history.state, "", url);
    if (isName(name)) sessionStorage.setItem(key, name);
    if (name === "") forgetDeveloper();
  }
  const kept = sessionStorage.getItem(key) ?? "";
  return isName(kept) ? kept : undefined;
}

export function forgetDeveloper(): void {
  sessionStorage.removeItem(key);
}

/** The names that developers can have: they are parts of topics, and of this header. */
function isName(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,31}$/.test(text);
}
