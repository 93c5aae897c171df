// Serves the page while it is edited: `go run ./local -hot` starts this, in this folder, and puts it behind the
// site's origin and headers. The first line it prints is {"port": …}, then {"level": …, "text": …} for what Vite
// says. It ends with its standard input, and so with the program that started it, however that ends.
import { createServer } from "vite";

const { sitePort, nonce } = JSON.parse(process.argv[2] ?? "{}");

/** @param {object} message */
const say = (message) => console.log(JSON.stringify(message));
/** @param {"info" | "warn" | "error"} level */
const sayAs = (level) => (/** @type {string} */ text) => say({ level, text });

/** @type {import("vite").Logger} */
const logger = {
  info: sayAs("info"),
  warn: sayAs("warn"),
  warnOnce: sayAs("warn"),
  error: sayAs("error"),
  clearScreen: () => undefined,
  hasErrorLogged: () => false,
  hasWarned: false,
};

// Vite waits for a server that went away in a worker of a blob: URL, which the page's worker-src refuses. In the page
// itself it can do the same.
/** @type {import("vite").Plugin} */
const withoutBlobWorker = {
  name: "without-blob-worker",
  transform(code, id) {
    if (!id.endsWith("/vite/dist/client/client.mjs")) return undefined;
    const inPage = code.replace('typeof SharedWorker === "undefined"', "true");
    if (inPage === code) this.error("Vite's client has no such worker any more: is this plugin still needed?");
    return { code: inPage, map: null };
  },
};

// Vite opens a file in an editor for whoever asks by GET, and so for any page that a browser shows.
/** @type {import("vite").Plugin} */
const withoutEditor = {
  name: "without-editor",
  configureServer({ middlewares }) {
    middlewares.use("/__open-in-editor", (_, response) => response.writeHead(404).end());
  },
};

/** @type {import("vite").InlineConfig} */
const config = {
  root: "site",
  // Whoever passes requests on knows which paths are pages.
  appType: "mpa",
  customLogger: logger,
  plugins: [withoutBlobWorker, withoutEditor],
  html: { cspNonce: nonce },
  server: {
    host: "127.0.0.1",
    port: 0,
    cors: false,
    // The page's socket goes to the site's own origin, and to no other if that fails.
    hmr: { clientPort: sitePort },
  },
};
const server = await createServer(config);
await server.listen();
const address = server.httpServer?.address();
if (typeof address !== "object") throw new Error(`expected Vite to listen on a port, got ${address}`);
say({ port: address?.port });

process.stdin.on("end", () => process.exit(0)).resume();
