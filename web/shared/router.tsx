// A few fixed paths need no library; pages.tsx says which.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from "react";

/** Goes to a path of this site. `replace` leaves no entry for the page that is left. */
export function navigate(path: string, how: "push" | "replace" = "push"): void {
  if (how === "replace") history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  // The browser announces only its own moves; the subscribers below listen to the same event.
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The current path, followed through navigate and the browser's back and forward. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, currentPath);
}

/** The current query, followed likewise. */
export function useSearch(): string {
  return useSyncExternalStore(subscribe, () => location.search);
}

function subscribe(onChange: () => void): () => void {
  addEventListener("popstate", onChange);
  return () => removeEventListener("popstate", onChange);
}

function currentPath(): string {
  return location.pathname;
}

/** An ordinary link that navigates in place. Opening in a new tab or window stays with the browser. */
export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const onClick = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (href !== location.pathname + location.search) navigate(href);
  };
  return <a href={href} onClick={onClick} {...rest} />;
}
