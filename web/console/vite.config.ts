// Builds the console of the local cloud, which is never deployed.
import { defineConfig, mergeConfig } from "vite";
import shared from "../vite.config.ts";

export default mergeConfig(
  shared,
  defineConfig({ root: import.meta.dirname, cacheDir: "../node_modules/.vite-console" }),
);
