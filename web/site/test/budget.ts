// How much JavaScript the site may ship, gzipped, in KiB: site/test/build.test.ts fails above it.
// What it protects is the page's speed on a slow connection. The Auth0 SDK takes 59 of the total,
// and is loaded beside the first paint; React in place of Preact takes 57 more, before it.

export const budgetKiB = { total: 85, firstPaint: 20 };
