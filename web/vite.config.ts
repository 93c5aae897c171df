// How the site is built, served while developing, and tested.
// The output has to be the same bytes on every machine: `pulumi up` uploads what changed.
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { productDescription, productName } from "./src/product.ts";

export default defineConfig({
  plugins: [withoutInlineWorker(), withProductName()],
  resolve: {
    // The source is ordinary React. This one line swaps in Preact, 57 KiB smaller; remove it for React itself
    // (and raise the budget in test/budget.ts).
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
    setupFiles: ["test/setup.ts"],
    include: ["test/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // Generous: other tests may be using the machine. Nothing here waits for time to pass.
    testTimeout: 30_000,
    // Its ES module, run through Vite, so that the alias above reaches the testing library too.
    alias: { "@testing-library/react": "@testing-library/react/dist/@testing-library/react.esm.js" },
    server: { deps: { inline: [/@testing-library\/react/] } },
  },
});

// The SDK carries its worker once more, as base64, for pages that give no workerUrl. This page gives one (auth0.tsx),
// and its CSP would refuse the blob: URL. Without the copy the site is 5 KB smaller, gzipped.
function withoutInlineWorker(): Plugin {
  return {
    name: "without-inline-worker",
    apply: "build",
    transform(code, id) {
      if (!id.includes("/@auth0/auth0-react/dist/")) return undefined;
      const lean = code.replace(/"Lyog[A-Za-z0-9+/=]{4000,}"/, '""').replace(/^'use client';/, "");
      if (code.length - lean.length < 4000)
        this.error("no inline worker found in auth0-react: is this plugin still needed?");
      return { code: lean, map: null };
    },
  };
}

// Fills in index.html what src/product.ts says, so that the product is named in one place.
function withProductName(): Plugin {
  const escape = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return {
    name: "with-product-name",
    transformIndexHtml: {
      order: "pre",
      handler: (html) =>
        html
          .replace("%productName%", () => escape(productName))
          .replace("%productDescription%", () => escape(productDescription)),
    },
  };
}
