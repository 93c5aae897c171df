// Runs Vite's development server for the site. `go run ./local -hot` starts this in this folder and proxies it under
// the site's origin and headers. The first line of output is {"port": …}, the following ones are Vite's messages as
// {"level": …, "text": …}. The process exits when its standard input closes, and so with its parent process.
import { createServer } from "vite";

const { sitePort, nonce } = JSON.parse(process.argv[2] ?? "{}");

/** @param {object} message */
const print = (message) => console.log(JSON.stringify(message));
/** @param {"info" | "warn" | "error"} level */
const printAs = (level) => (/** @type {string} */ text) => print({ level, text });

/** @type {import("vite").Logger} */
const logger = {
  info: printAs("info"),
  warn: printAs("warn"),
  warnOnce: printAs("warn"),
  error: printAs("error"),
  clearScreen: () => undefined,
  hasErrorLogged: () => false,
  hasWarned: false,
};

// While the server is away, Vite's client polls it from a worker with a blob: URL, which the page's worker-src refuses.
// It can also poll in the page itself.
/** @type {import("vite").Plugin} */
const withoutBlobWorker = {
  name: "without-blob-worker",
  transform(code, id) {
    if (!id.endsWith("/vite/dist/client/client.mjs")) return undefined;
    const inPage = code.replace('typeof SharedWorker === "undefined"', "true");
    if (inPage === code) this.error("Vite's client no longer has this worker: is this plugin still needed?");
    return { code: inPage, map: null };
  },
};

// Vite opens a file in an editor on any GET request, and so for any web page.
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
  // The proxy knows which paths are pages.
  appType: "mpa",
  customLogger: logger,
  plugins: [withoutBlobWorker, withoutEditor],
  html: { cspNonce: nonce },
  server: {
    host: "127.0.0.1",
    port: 0,
    cors: false,
    // The page's WebSocket connects to the site's own origin only.
    hmr: { clientPort: sitePort },
  },
};
const server = await createServer(config);
await server.listen();
const address = server.httpServer?.address();
if (typeof address !== "object") throw new Error(`expected Vite to listen on a port, got ${address}`);
print({ port: address?.port });

process.stdin.on("end", () => process.exit(0)).resume();
