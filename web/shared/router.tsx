// Navigation between a few fixed paths, which needs no library.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from "react";

/** Navigates to a path of this origin. `replace` overwrites the current entry of the history. */
export function navigate(path: string, how: "push" | "replace" = "push"): void {
  if (how === "replace") history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  // The browser fires popstate only for its own navigation; the subscribers below rely on it for both.
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The current path, updated by navigate and by the browser's back and forward. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, currentPath);
}

/** The current query, updated in the same way. */
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

/** An ordinary link that navigates in place. The browser still handles opening in a new tab or window. */
export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const onClick = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (href !== location.pathname + location.search) navigate(href);
  };
  return <a href={href} onClick={onClick} {...rest} />;
}
