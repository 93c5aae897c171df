// How both pages, the site and the local console, are built, served while developing, and tested. Each has a
// vite.config.ts of its own, in its folder, for what is its own.
// The output has to be the same bytes on every machine: `pulumi up` uploads what changed.
import prefresh from "@prefresh/vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Components keep their state while they are edited.
const refresh = ([await prefresh()].flat() as Plugin[]).map((plugin): Plugin => ({ ...plugin, apply: "serve" }));

export default defineConfig({
  plugins: process.env.VITEST ? [] : refresh,
  // As tsconfig.json says; prefresh would have its own.
  oxc: { jsx: { runtime: "automatic", importSource: "react", development: false } },
  envDir: import.meta.dirname,
  resolve: {
    // The source is ordinary React. This one line swaps in Preact, 57 KiB smaller; remove it for React itself
    // (and raise the budget in site/test/budget.ts).
    alias: { react: "preact/compat", "react-dom": "preact/compat" },
  },
  build: {
    // A data: URL in place of a file would break the Content-Security-Policy (worker-src, style-src are 'self').
    assetsInlineLimit: 0,
    // One style sheet, linked by index.html, so that no lazy chunk waits for styles of its own.
    cssCodeSplit: false,
    // Every browser that this build targets knows modulepreload.
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
  test: {
    setupFiles: ["shared/test/setup.ts"],
    include: ["{site,console,shared}/test/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // Generous: other tests may be using the machine. Nothing here waits for time to pass.
    testTimeout: 30_000,
    // Its ES module, run through Vite, so that the alias above reaches the testing library too.
    alias: { "@testing-library/react": "@testing-library/react/dist/@testing-library/react.esm.js" },
    server: { deps: { inline: [/@testing-library\/react/] } },
  },
});
