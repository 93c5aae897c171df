// What a page of the site is. pages.tsx lists them.
import type { ComponentType } from "react";
import type { Api } from "./api";
import type { Calls } from "./calls";
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
