// The product's name and description: the only place for both. vite.config.ts copies them to index.html.
// The favicon is public/favicon.svg; the colors are at the top of shared/style/base.css.

/** Shown in the header and in every page's title. */
export const productName = "API starter";

/** Shown by search engines and link previews below the title. */
export const productDescription = "Sign in with Auth0, call a protected API, and read why it answered as it did.";
