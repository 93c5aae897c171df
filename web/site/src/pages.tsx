// The pages of the site, one row each. The CDN serves index.html for every page's path,
// so each path is also a deep link.
import type { Page } from "./page";
import { Home } from "./pages/home";
import { Profile } from "./pages/profile";
import { productName } from "./product";

export const pages: Page[] = [
  { path: "/", title: "API", inNav: true, Component: Home },
  { path: "/profile", title: "Profile", inNav: true, Component: Profile },
];

/** The page at a path, or undefined; a trailing slash is ignored. */
export function pageAt(path: string): Page | undefined {
  const plain = path.replace(/\/+$/, "") || "/";
  return pages.find((page) => page.path === plain);
}

/** The document's title. */
export function titleOf(page: Page | undefined): string {
  if (page?.path === "/") return productName;
  return `${page?.title ?? "Not found"} – ${productName}`;
}
