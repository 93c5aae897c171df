// Calls any route of the API as any user, optionally with a defective token.
import { useState } from "react";
import { bodyOf, callerText, draftOf, targetOf, type Draft } from "../call";
import { withSent, type Sent } from "../explorer-state";
import { toneOf, type Api, type Outcome, type Route } from "../model";
import { moveAmongRows } from "../parts/rows";
import { post } from "../server";
import { clockText } from "../text";
import { useFetched } from "../use-fetched";
import { CallForm } from "./call-form";
import { CallOutcome } from "./call-outcome";
import type { ViewProps } from "./view";

export function Explorer({ store, explorer, onExplorer }: ViewProps) {
  const { value: api, problem } = useFetched<Api>("/api/explorer", store.deployed);
  const sending = useSending(store.token, (call) => onExplorer((before) => withSent(before, call)));
  if (api === undefined) return <p className="nothing muted">{problem ?? "Loading the routes…"}</p>;
  const first = api.routes?.[0];
  const current = explorer.draft ?? (first === undefined ? undefined : draftOf(first, api));
  const setDraft = (draft: Draft) => onExplorer((before) => ({ ...before, draft }));
  const shown = explorer.sent.find(({ at }) => at === explorer.shown);
  return (
    <div className="split narrow">
      <section className="master" aria-labelledby="explorer">
        <h1 id="explorer">API explorer</h1>
        <Routes
          routes={api.routes ?? []}
          current={current}
          onChoose={(route) => setDraft(draftOf(route, api, current))}
        />
        <History
          sent={explorer.sent}
          shown={explorer.shown}
          api={api}
          onChoose={({ at, draft }) => onExplorer((before) => ({ ...before, draft, shown: at }))}
        />
      </section>
      <section className="detail" aria-label="The call">
        {current === undefined ? (
          <p className="nothing muted">The API has no routes.</p>
        ) : (
          <CallForm
            api={api}
            draft={current}
            onDraft={setDraft}
            busy={sending.busy}
            ready={store.token !== ""}
            onSend={() => sending.send(current)}
          />
        )}
        {sending.failure !== undefined && (
          <p className="why failed" role="alert">
            <strong>Not sent</strong> {sending.failure}
          </p>
        )}
        {shown !== undefined && <CallOutcome key={shown.at} sent={shown} api={api} store={store} />}
      </section>
    </div>
  );
}

/** Sends one call at a time. */
function useSending(token: string, onSent: (call: Sent) => void) {
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const send = async (draft: Draft) => {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    const result = await post<Outcome>("/api/calls", token, bodyOf(draft));
    setBusy(false);
    if (result.kind === "problem") return setFailure(result.text);
    onSent({ at: Date.now(), draft, outcome: result.value });
  };
  return { failure, busy, send: (draft: Draft) => void send(draft) };
}

interface RoutesProps {
  routes: Route[];
  current: Draft | undefined;
  onChoose: (route: Route) => void;
}

function Routes({ routes, current, onChoose }: RoutesProps) {
  return (
    <ul className="requests routes" onKeyDown={moveAmongRows} data-testid="routes">
      {routes.map((route) => (
        <li key={route.key}>
          <button
            type="button"
            className="row"
            data-route={route.key}
            aria-current={route.path === current?.path ? "true" : undefined}
            onClick={() => onChoose(route)}
          >
            <span className="what">
              <span className="method">{route.method}</span> {route.path}
            </span>
            <span className="muted name">{route.authorizer === "" ? "public" : `token${scopeText(route.scopes)}`}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function scopeText(scopes: string[]): string {
  return scopes.length === 0 ? "" : ` with ${scopes.join(" or ")}`;
}

interface HistoryProps {
  sent: Sent[];
  shown: number | undefined;
  api: Api;
  onChoose: (call: Sent) => void;
}

function History({ sent, shown, api, onChoose }: HistoryProps) {
  if (sent.length === 0) return null;
  return (
    <section className="block history" aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol className="requests" onKeyDown={moveAmongRows} data-testid="history">
        {sent.map((call) => (
          <li key={call.at}>
            <button
              type="button"
              className={`row ${toneOf(call.outcome.status)}`}
              aria-current={call.at === shown ? "true" : undefined}
              onClick={() => onChoose(call)}
            >
              <time className="muted" dateTime={new Date(call.at).toISOString()}>
                {clockText(call.at)}
              </time>
              <strong className="code">{call.outcome.status}</strong>
              <span className="what">
                <span className="method">{call.draft.method}</span> {targetOf(call.draft)}
              </span>
              <span className="muted name" data-testid="caller">
                {callerText(call.draft, api)}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
