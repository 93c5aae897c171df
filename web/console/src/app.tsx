// The console's frame. One stream feeds every view, so switching views loses no events.
import { useEffect, useRef, type ReactNode } from "react";
import { Boundary } from "../../shared/parts/boundary";
import { Link, usePath, useSearch } from "../../shared/router";
import { useExplorerState } from "./storage";
import { Keys } from "./parts/keys";
import { useStore } from "./stream";
import { DataView } from "./views/data";
import { Explorer } from "./views/explorer";
import { Invocations } from "./views/invocations";
import { Logs } from "./views/logs";
import { StackView } from "./views/stack";
import { TenantView } from "./views/tenant";
import type { ViewProps } from "./views/view";

interface View {
  path: string;
  name: string;
  Content: (props: ViewProps) => ReactNode;
}

const views: View[] = [
  { path: "/", name: "Invocations", Content: Invocations },
  { path: "/explorer", name: "API explorer", Content: Explorer },
  { path: "/logs", name: "Logs", Content: Logs },
  { path: "/data", name: "Data", Content: DataView },
  { path: "/stack", name: "Stack", Content: StackView },
  { path: "/tenant", name: "Tenant", Content: TenantView },
];

export function App() {
  const store = useStore("/api/events");
  const path = usePath();
  const linkTo = useLinks(path, useSearch());
  const listed = views.filter(({ path: href }) => href !== "/data" || store.data);
  const [explorer, onExplorer] = useExplorerState();
  const view = views.find((one) => one.path === path);
  useEffect(() => {
    document.title = `${view?.name ?? "Not found"} – Console`;
  }, [view]);
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="console-header">
        <span className="brand">Console</span>
        <nav aria-label="Views">
          {listed.map(({ path: href, name }) => (
            <Link key={href} href={linkTo(href)} aria-current={href === path ? "page" : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <Keys views={listed.map(({ path: href, name }) => ({ name, href: linkTo(href) }))} />
        <Connection connected={store.connected} refused={store.refused} />
      </header>
      <main id="main" tabIndex={-1}>
        {store.problem !== "" && (
          <div className="why failed problem" role="alert" data-testid="problem">
            <strong>Last save is not deployed</strong>
            <pre tabIndex={0}>{store.problem}</pre>
          </div>
        )}
        {store.warnings !== "" && (
          <div className="why refused problem" role="status" data-testid="warnings">
            <strong>Not everything works on this machine</strong>
            <ul className="plain">
              {store.warnings.split("\n").map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </div>
        )}
        <Boundary key={path}>
          {view === undefined ? <NotFound /> : <view.Content {...{ store, explorer, onExplorer }} />}
        </Boundary>
      </main>
    </>
  );
}

/** Links to the views, each with its latest query; the link of the current view resets it. */
function useLinks(path: string, search: string): (href: string) => string {
  const searches = useRef<Record<string, string>>({});
  searches.current[path] = search;
  return (href) => (href === path ? href : href + (searches.current[href] ?? ""));
}

function Connection({ connected, refused }: { connected: boolean; refused: boolean }) {
  const waiting = refused
    ? "Too many pages of the console are open: close one, then reload this one"
    : "Waiting for the local cloud…";
  return (
    <p className={`connection ${connected ? "good" : "refused"}`} role="status" data-testid="connection">
      {connected ? "Live" : waiting}
    </p>
  );
}

function NotFound() {
  return (
    <div className="nothing">
      <h1>View not found</h1>
      <p>
        <Link href="/">Go to the invocations</Link>
      </p>
    </div>
  );
}
