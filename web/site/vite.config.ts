// Builds the site, and serves it during development.
import { defineConfig, mergeConfig, type Plugin, type ProxyOptions } from "vite";
import shared from "../vite.config.ts";
import { productDescription, productName } from "./src/product.ts";

// Where `npm run dev` finds the configuration, the API and, through them, the tenant.
const localCloud = process.env.LOCAL_SITE ?? "http://localhost:3000";
const noLocalCloud = `No local cloud at ${localCloud}: run "go run ./local" in the project's folder, or name its site in LOCAL_SITE.`;

export default mergeConfig(
  shared,
  defineConfig({
    root: import.meta.dirname,
    plugins: [withoutInlineWorker(), withProductName(), classicWorker(), withLocalCloud()],
    server: {
      // One of the developmentOrigins of Pulumi.dev.yaml, from which people may sign in.
      port: 5173,
      strictPort: true,
      proxy: { "/config.json": toLocalCloud(), "/api/": toLocalCloud() },
    },
    build: { outDir: "../dist", emptyOutDir: true },
  }),
);

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

// Warns at once if the local cloud is not running.
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

// The SDK starts its worker as a classic script, which the build produces; Vite's server would produce a module.
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

// The SDK contains a second copy of its worker, in base64, for pages without a workerUrl. This page has one (auth0.tsx),
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

// Fills the placeholders of index.html from src/product.ts.
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
