// Package vite serves the web app as it is being edited: it runs Vite's
// development server as a process of its own, and passes requests on to it under
// the site's origin and the site's security headers. A page that is open takes
// an edit in by hot module replacement, and its components keep their state.
//
// The server's own port is on the loopback address, with a random number, and
// nobody needs to know it. The process ends with [Server.Close], and by itself
// when this program dies, however it dies.
//
// It neither installs the packages of the web app nor knows what else the site's
// origin serves.
//
// # Differences
//
// Of the page that is deployed:
//
//   - style-src has a nonce, another for each answer, since Vite adds style sheets
//     as elements; connect-src has the WebSocket by which it tells of edits.
//     Nothing else is opened: no unsafe-*, no blob:, no other host
//     (TestPolicyIsOpenedForVite, TestEditShowsAndStateStays)
//   - scripts and style sheets are the sources' own modules, not bundled, not
//     minified and not compressed; nothing is kept by browsers for long
//     (TestPageIsServedAsItIsEdited)
//   - a missing file gets Vite's 404, without S3's XML (TestPageIsServedAsItIsEdited);
//     below /src/, /node_modules/ and /@ are the page's modules, where the deployed
//     site has the page (TestEditedSiteServesPagesAndFilesAsDeployed)
//   - requests of other sites' pages are refused, but for links to a page: a
//     development server tells more than a deployed one
//     (TestOtherSitesAreRefused), and opens no editor for anyone
//     (TestNobodyOpensAnEditor)
package vite
