// The page's frame. It renders at once and fills in as the configuration and the Auth0 SDK arrive.
import { Suspense, useEffect, useMemo, useRef, useState, type ComponentType } from "react";
import { apiOf } from "./api";
import type { Auth0Props } from "./auth0";
import { useCalls } from "./calls";
import { loadConfig, type ConfigResult } from "./config";
import type { Send } from "./http";
import { forgetDeveloper, takeDeveloper } from "./live";
import type { Page } from "./page";
import { pageAt, titleOf } from "./pages";
import { NotFound } from "./pages/not-found";
import { AppError } from "./parts/app-error";
import { Boundary } from "../../shared/parts/boundary";
import { Header } from "./parts/header";
import { LiveBadge, LiveFooter } from "./parts/live";
import { usePath } from "../../shared/router";
import { authWithout, type Auth, type Notice } from "./session";

export interface AppProps {
  /** Fetches the configuration and the API. Must not change between renders. */
  send: Send;
  /** Loads auth0.tsx; rejects if the file cannot be fetched. Must not change between renders. */
  loadAuth0: () => Promise<{ Auth0: ComponentType<Auth0Props> }>;
}

/** The whole page. Header, routes and results render first; the parts that need the SDK wait for it. */
export function App({ send, loadAuth0 }: AppProps) {
  const { config, developer, forget } = useConfig(send);
  const sdk = useSdk(loadAuth0);
  const [reported, setReported] = useState<Auth>(starting);
  const auth = startupFailure(config, sdk) ?? reported;
  const ready = config?.kind === "ready" ? config.config : undefined;
  const api = useMemo(() => apiOf(ready?.apiUrl ?? "", auth, send, ready, developer), [ready, auth, send, developer]);
  const calls = useCalls(api, auth.session.kind === "signedIn");
  const path = usePath();
  const page = pageAt(path);
  const main = usePageFocus(page);
  const turnOff = () => {
    forget();
    main.current?.focus(); // the button is gone
  };
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Header auth={auth} page={page}>
        {developer !== undefined && <LiveBadge developer={developer} turnOff={turnOff} />}
      </Header>
      <main id="main" ref={main} tabIndex={-1}>
        <AppError session={auth.session} />
        <Boundary>
          <Suspense fallback={<p role="status">Loading the page…</p>}>
            {page === undefined ? (
              <NotFound path={path} />
            ) : (
              <page.Component auth={auth} api={api} calls={calls} ready={ready !== undefined} />
            )}
          </Suspense>
        </Boundary>
      </main>
      {ready?.live === true && <LiveFooter developer={developer} />}
      {ready !== undefined && sdk.kind === "loaded" && <sdk.Auth0 config={ready} onAuth={setReported} />}
    </>
  );
}

// One object, so that renders before the SDK has arrived are equal.
const starting = authWithout({ kind: "starting" });

/** The configuration, fetched once; undefined until then. On a live stack also the developer whose machine is to answer,
 *  available at the same time, so that no call is made without it. */
function useConfig(send: Send) {
  const [config, setConfig] = useState<ConfigResult>();
  const [developer, setDeveloper] = useState<string>();
  useEffect(() => {
    void loadConfig(send).then((loaded) => {
      if (loaded.kind === "ready" && loaded.config.live) setDeveloper(takeDeveloper());
      setConfig(loaded);
    });
  }, [send]);
  const forget = () => {
    forgetDeveloper();
    setDeveloper(undefined);
  };
  return { config, developer, forget };
}

// An object, because useState would call a bare component as an initializer.
type Sdk = { kind: "loading" } | { kind: "loaded"; Auth0: ComponentType<Auth0Props> } | { kind: "missing" };

function useSdk(load: AppProps["loadAuth0"]): Sdk {
  const [sdk, setSdk] = useState<Sdk>({ kind: "loading" });
  useEffect(() => {
    load().then(
      ({ Auth0 }) => setSdk({ kind: "loaded", Auth0 }),
      () => setSdk({ kind: "missing" }),
    );
  }, [load]);
  return sdk;
}

/** The state if the page cannot start signing in, otherwise undefined. */
function startupFailure(config: ConfigResult | undefined, sdk: Sdk): Auth | undefined {
  if (config?.kind === "failed")
    return unavailable({
      code: "config",
      title: "The page’s configuration is not valid",
      text: config.problems.join("\n"),
    });
  if (sdk.kind === "missing")
    return unavailable({
      code: "sdk",
      title: "The sign-in could not be loaded",
      text: "A part of this page is missing. The connection may have failed, or a new version was just published: reload the page.",
    });
  return undefined;
}

function unavailable(notice: Notice): Auth {
  return authWithout({ kind: "unavailable", notice });
}

/** Sets the document's title, and after navigation moves the focus to the heading, as loading a page would. */
function usePageFocus(page: Page | undefined) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(page);
  useEffect(() => {
    document.title = titleOf(page);
    if (shown.current === page) return;
    shown.current = page;
    scrollTo({ top: 0, behavior: "instant" });
    main.current?.querySelector("h1")?.focus();
  }, [page]);
  return main;
}
