// How the site is built, served while developing, and tested.
// The output has to be the same bytes on every machine: `pulumi up` uploads what changed.
import prefresh from "@prefresh/vite";
import type { Plugin, ProxyOptions } from "vite";
import { defineConfig } from "vitest/config";
import { productDescription, productName } from "./src/product.ts";

// Where `npm run dev` finds the configuration, the API and, through them, the tenant.
const localCloud = process.env.LOCAL_SITE ?? "http://localhost:3000";
const noLocalCloud = `No local cloud at ${localCloud}: run "go run ./local" in the project's folder, or name its site in LOCAL_SITE.`;

// Components keep their state while they are edited.
const refresh = ([await prefresh()].flat() as Plugin[]).map((plugin): Plugin => ({ ...plugin, apply: "serve" }));

export default defineConfig({
  plugins: [withoutInlineWorker(), withProductName(), ...(process.env.VITEST ? [] : [...refresh, classicWorker(), withLocalCloud()])],
  // As tsconfig.json says; prefresh would have its own.
  oxc: { jsx: { runtime: "automatic", importSource: "react", development: false } },
  server: {
    // One of the developmentOrigins of Pulumi.dev.yaml, from which people may sign in.
    port: 5173,
    strictPort: true,
    proxy: { "/config.json": toLocalCloud(), "/api/": toLocalCloud() },
  },
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

function toLocalCloud(): ProxyOptions {
  return {
    target: localCloud,
    changeOrigin: true,
    configure(proxy) {
      proxy.on("error", (_error, _request, response) => {
        if ("writeHead" in response) response.writeHead(502, { "content-type": "text/plain" });
        response.end(noLocalCloud);
      });
    },
  };
}

// Says at once what will be missing, where nobody else has started the server.
function withLocalCloud(): Plugin {
  return {
    name: "with-local-cloud",
    apply: "serve",
    configureServer({ config }) {
      if (process.env.npm_lifecycle_event !== "dev") return;
      fetch(`${localCloud}/config.json`).catch(() => config.logger.warn(noLocalCloud));
    },
  };
}

// The SDK starts its worker as a classic script, as the build makes it; while serving, Vite would make it a module.
function classicWorker(): Plugin {
  return {
    name: "classic-worker",
    apply: "serve",
    enforce: "pre",
    async resolveId(source, importer) {
      if (!source.endsWith(".js?worker&url")) return undefined;
      return this.resolve(source.replace("?worker&url", "?url"), importer, { skipSelf: true });
    },
  };
}

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
