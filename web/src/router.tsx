// Two routes need no library. The CDN serves index.html for every path without a file extension,
// so each path here is also a deep link.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from "react";

export type Route = { kind: "home" } | { kind: "profile" } | { kind: "notFound"; path: string };

/** The route of a path; a slash at its end makes no difference. */
export function match(path: string): Route {
  const plain = path.length > 1 ? path.replace(/\/+$/, "") : path;
  if (plain === "/" || plain === "") return { kind: "home" };
  if (plain === "/profile") return { kind: "profile" };
  return { kind: "notFound", path };
}

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
