// Package vite serves the web app as it is being edited: it runs Vite's
// development server as a process, and forwards requests to it under the site's
// origin and with the site's security headers. Open pages receive edits by hot
// module replacement, and their components keep their state.
//
// The server listens on a random loopback port, which only this package uses. The
// process ends with [Server.Close], and also when this program dies, however it
// dies.
//
// The package does not install the packages of the web app, and must not know what
// else the site's origin serves.
//
// # Differences
//
// From the deployed page:
//
//   - style-src has a nonce, a new one for each answer, since Vite adds style sheets
//     as elements; connect-src has the WebSocket for edits. Nothing else is
//     allowed: no unsafe-*, no blob:, no other host
//     (TestPolicyIsOpenedForVite, TestEditShowsAndStateStays)
//   - scripts and style sheets are the source modules, not bundled, not minified and
//     not compressed; browsers revalidate everything
//     (TestPageIsServedAsItIsEdited)
//   - a missing file gets Vite's 404, without S3's XML (TestPageIsServedAsItIsEdited);
//     below /src/, /node_modules/ and /@ are the page's modules, where the deployed
//     site has the page (TestEditedSiteServesPagesAndFilesAsDeployed)
//   - requests of other sites' pages are refused, except links to a page: a
//     development server reveals more than a deployed one
//     (TestOtherSitesAreRefused); it never opens an editor
//     (TestNoEditorIsOpened)
package vite
