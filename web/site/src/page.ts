// The type of a page of the site. pages.tsx lists the pages.
import type { ComponentType } from "react";
import type { Api } from "./api";
import type { Calls } from "./calls";
import type { Auth } from "./session";

/** The props of every page. */
export interface PageProps {
  /** The session, and how to sign in and out. */
  auth: Auth;
  /** The API's client. */
  api: Api;
  /** The calls of this visit, which survive navigation. */
  calls: Calls;
  /** Whether the API's URL is known. Until then nothing can be called. */
  ready: boolean;
}

export interface Page {
  /** Starts with a slash, without a trailing one except for the start page. */
  path: string;
  /** Shown in the navigation and in the document's title. */
  title: string;
  inNav: boolean;
  /** Its heading is an `<h1 tabIndex={-1}>`, which takes the focus after navigation. A large page can be
   *  `lazy(() => import("./pages/orders"))`, so that it is loaded when it is first shown. */
  Component: ComponentType<PageProps>;
}
