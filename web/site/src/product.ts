// What the product is called: the one place for it, from which vite.config.ts fills index.html.
// Its picture is public/favicon.svg; its colors are at the top of style/base.css.

/** In the header and in every page's title. */
export const productName = "API starter";

/** What search engines and link previews show below the title. */
export const productDescription = "Sign in with Auth0, call a protected API, and read why it answered as it did.";
