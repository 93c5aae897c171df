// Which developer's machine is to answer the calls of this tab. Only a live stack asks (config.json): the name comes
// from the link that the site was opened by, and stays until the tab is closed or the person turns it off.

/** Sent with every call to the API while a developer is chosen. */
export const liveHeader = "x-live";

const key = "live";

/** Takes the name out of the address bar, where there is one, and keeps it. Returns the name that is kept. An empty name
 *  forgets the one before; anything else that is no name is dropped. */
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
