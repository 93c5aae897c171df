// The pages of the site: one row each. The CDN serves index.html for every path of a page,
// so each path here is also a deep link.
import type { Page } from "./page";
import { Home } from "./pages/home";
import { Profile } from "./pages/profile";
import { productName } from "./product";

export const pages: Page[] = [
  { path: "/", title: "API", inNav: true, Component: Home },
  { path: "/profile", title: "Profile", inNav: true, Component: Profile },
];

/** The page at a path, or undefined; a slash at its end makes no difference. */
export function pageAt(path: string): Page | undefined {
  const plain = path.replace(/\/+$/, "") || "/";
  return pages.find((page) => page.path === plain);
}

/** What the browser's tab says. */
export function titleOf(page: Page | undefined): string {
  if (page?.path === "/") return productName;
  return `${page?.title ?? "Not found"} – ${productName}`;
}
