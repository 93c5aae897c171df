// The configuration that the site and the local console share, for builds, the development server and tests. Each has
// a vite.config.ts in its folder for the rest.
// The output must be the same bytes on every machine: `pulumi up` uploads what changed.
import prefresh from "@prefresh/vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Components keep their state while they are edited.
const refresh = ([await prefresh()].flat() as Plugin[]).map((plugin): Plugin => ({ ...plugin, apply: "serve" }));

export default defineConfig({
  plugins: process.env.VITEST ? [] : refresh,
  // The same as in tsconfig.json; prefresh sets another.
  oxc: { jsx: { runtime: "automatic", importSource: "react", development: false } },
  envDir: import.meta.dirname,
  resolve: {
    // Preact in place of React, 57 KiB smaller. To use React itself, remove this line and raise the budget in
    // site/test/budget.ts.
    alias: { react: "preact/compat", "react-dom": "preact/compat" },
  },
  build: {
    // The Content-Security-Policy refuses data: URLs (worker-src and style-src are 'self').
    assetsInlineLimit: 0,
    // One style sheet, linked by index.html, so that no lazy chunk waits for its styles.
    cssCodeSplit: false,
    // Every target browser supports modulepreload.
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
  test: {
    setupFiles: ["shared/test/setup.ts"],
    include: ["{site,console,shared}/test/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // Generous, for a busy machine. No test waits for time to pass.
    testTimeout: 30_000,
    // The ES module, processed by Vite, so that the alias above applies to the testing library too.
    alias: { "@testing-library/react": "@testing-library/react/dist/@testing-library/react.esm.js" },
    server: { deps: { inline: [/@testing-library\/react/] } },
  },
});
