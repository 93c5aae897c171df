// How the console of the local cloud is built: as the site is, into a page of its own that is never deployed.
import { mergeConfig } from "vite";
import site from "../vite.config.ts";

export default mergeConfig(site, {
  root: import.meta.dirname,
  publicDir: "../public",
  cacheDir: "../node_modules/.vite-console",
});
