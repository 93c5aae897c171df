// Calls any route of the API as anyone, with a token made to order where that is asked for.
import { useEffect, useState } from "react";
import { bodyOf, draftOf, type Draft } from "../call";
import { toneOf, type Api, type Outcome, type Route } from "../model";
import { moveAmongButtons } from "../parts/rows";
import { get, post } from "../server";
import { clockText } from "../text";
import { CallForm } from "./call-form";
import { CallOutcome } from "./call-outcome";
import type { ViewProps } from "./view";

/** A call that was sent, and what came of it. */
export interface Sent {
  at: number;
  draft: Draft;
  outcome: Outcome;
}

const keptCalls = 50;

export function Explorer({ store, look, sent, onSent }: ViewProps) {
  const { api, problem } = useApi(store.deployed);
  const [draft, setDraft] = useState<Draft>();
  const sending = useSending(store.token, (call) => onSent([call, ...sent].slice(0, keptCalls)));
  if (api === undefined) return <p className="nothing muted">{problem ?? "Asking what there is to call…"}</p>;
  const first = api.routes?.[0];
  const current = draft ?? (first === undefined ? undefined : draftOf(first));
  const choose = (call: Sent) => {
    setDraft(call.draft);
    sending.show(call);
  };
  return (
    <div className="split narrow">
      <section className="master" aria-labelledby="explorer">
        <h1 id="explorer">API explorer</h1>
        <Routes routes={api.routes ?? []} current={current} onChoose={(route) => setDraft(draftOf(route, current))} />
        <History sent={sent} onChoose={choose} />
      </section>
      <section className="detail" aria-label="The call">
        {current === undefined ? (
          <p className="nothing muted">The API has no routes.</p>
        ) : (
          <CallForm api={api} draft={current} onDraft={setDraft} busy={sending.busy} ready={store.token !== ""} onSend={() => sending.send(current)} />
        )}
        {sending.failure !== undefined && (
          <p className="why failed" role="alert">
            <strong>Not sent</strong> {sending.failure}
          </p>
        )}
        {sending.shown !== undefined && <CallOutcome sent={sending.shown} api={api} store={store} look={look} />}
      </section>
    </div>
  );
}

/** Sends one call at a time, and has the one whose outcome is shown. */
function useSending(token: string, onSent: (call: Sent) => void) {
  const [shown, show] = useState<Sent>();
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const send = async (draft: Draft) => {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    const result = await post<Outcome>("/api/calls", token, bodyOf(draft));
    setBusy(false);
    if (result.kind === "problem") return setFailure(result.text);
    const call = { at: Date.now(), draft, outcome: result.value };
    show(call);
    onSent(call);
  };
  return { shown, show, failure, busy, send: (draft: Draft) => void send(draft) };
}

/** What can be called, asked for again when something else is deployed. */
export function useApi(deployed: number) {
  const [state, setState] = useState<{ api?: Api; problem?: string }>({});
  useEffect(() => {
    void get<Api>("/api/explorer").then((result) =>
      setState(result.kind === "ok" ? { api: result.value } : { problem: result.text }),
    );
  }, [deployed]);
  return state;
}

interface RoutesProps {
  routes: Route[];
  current: Draft | undefined;
  onChoose: (route: Route) => void;
}

function Routes({ routes, current, onChoose }: RoutesProps) {
  return (
    <ul className="requests routes" onKeyDown={moveAmongButtons} data-testid="routes">
      {routes.map((route) => (
        <li key={route.key}>
          <button
            type="button"
            className="row"
            aria-current={route.path === current?.path ? "true" : undefined}
            onClick={() => onChoose(route)}
          >
            <span className="what">
              <span className="method">{route.method}</span> {route.path}
            </span>
            <span className="muted name">
              {route.authorizer === "" ? "open to anyone" : `token${scopeText(route.scopes)}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function scopeText(scopes: string[]): string {
  return scopes.length === 0 ? "" : ` with ${scopes.join(" or ")}`;
}

function History({ sent, onChoose }: { sent: Sent[]; onChoose: (call: Sent) => void }) {
  if (sent.length === 0) return null;
  return (
    <section className="block history" aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol className="requests" onKeyDown={moveAmongButtons} data-testid="history">
        {sent.map((call) => (
          <li key={call.at}>
            <button type="button" className={`row ${toneOf(call.outcome.status)}`} onClick={() => onChoose(call)}>
              <time className="muted">{clockText(call.at)}</time>
              <strong className="code">{call.outcome.status}</strong>
              <span className="what">
                <span className="method">{call.draft.method}</span> {call.draft.path}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
