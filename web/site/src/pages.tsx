// The pages of the site: one row each. The CDN serves index.html for every path of a page,
// so each path here is also a deep link.
import type { ComponentType } from "react";
import type { Api } from "./api";
import type { Calls } from "./calls";
import { Home } from "./pages/home";
import { Profile } from "./pages/profile";
import { productName } from "./product";
import type { Auth } from "./session";

/** What every page can use. */
export interface PageProps {
  /** Who is signed in, and how to sign in and out. */
  auth: Auth;
  /** The API's client. */
  api: Api;
  /** The calls of this visit, which outlive a change of page. */
  calls: Calls;
  /** Whether it is known where the API is. Before that nothing can be called. */
  ready: boolean;
}

export interface Page {
  /** Begins with a slash, and ends with none but for the start page. */
  path: string;
  /** In the navigation, and in the browser's title. */
  title: string;
  inNav: boolean;
  /** Its heading is an `<h1 tabIndex={-1}>`, which takes the focus when one goes there. A large page can be
   *  `lazy(() => import("./pages/orders"))`, so that it is loaded when it is first shown. */
  Component: ComponentType<PageProps>;
}

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
