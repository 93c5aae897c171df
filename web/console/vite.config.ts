// How the console of the local cloud is built: as the site is, into a page of its own that is never deployed.
import { defineConfig, mergeConfig } from "vite";
import shared from "../vite.config.ts";

export default mergeConfig(
  shared,
  defineConfig({ root: import.meta.dirname, cacheDir: "../node_modules/.vite-console" }),
);
