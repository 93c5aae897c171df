import { useEffect, useState } from "react";
import { decodeToken } from "../../../shared/jwt";
import { ClaimList } from "../../../shared/parts/claim-list";
import { HeaderList } from "../../../shared/parts/header-list";
import { statusText } from "../../../shared/status-text";
import { bodyIn } from "../body";
import { toneOf, type Detail, type Request } from "../model";
import { Elapsed } from "../parts/elapsed";
import { LogLines } from "../parts/log-lines";
import { TextBlock } from "../parts/text-block";
import { Waterfall } from "../parts/waterfall";
import { isEvent } from "../resources";
import { get } from "../server";
import type { Store } from "../store";
import { EventActions } from "./event-actions";

interface RequestDetailProps {
  request: Request;
  store: Store;
  onSelect: (id: string) => void;
}

/** One request: why it was refused or failed, where its time went, its log, event and response. */
export function RequestDetail({ request, store, onSelect }: RequestDetailProps) {
  const { detail, problem, early } = useDetail(request);
  const lines = store.lines.filter(({ invocation }) => invocation !== "" && invocation === request.invocation);
  return (
    <article data-testid="detail">
      <header className="detail-head">
        <div className="block-head">
          <h2>
            <span className="method">{request.method}</span> <code>{target(request)}</code>
          </h2>
          <button type="button" className="link" data-testid="close-detail" onClick={() => onSelect("")}>
            Close
          </button>
        </div>
        <p className={`facts ${toneOf(request.status)}`}>
          <span className="status">{request.running ? "Running" : statusText(request.status)}</span>
          <span data-testid="elapsed">
            <Elapsed request={request} />
          </span>
          {request.route !== "" && <span>route {request.route}</span>}
          {request.function !== "" && <span>function {request.function}</span>}
          <Via request={request} />
        </p>
        {request.refusal !== "" && (
          <p className={`why ${toneOf(request.status)}`} data-testid="refusal">
            <strong>{request.status < 500 ? "Why it was refused" : "Why it failed"}</strong> {request.refusal}
          </p>
        )}
      </header>
      {request.running ? (
        <p className="muted">Not answered yet. {progressText(request)}</p>
      ) : (
        <Waterfall request={request} calls={detail?.calls} more={detail?.moreCalls} />
      )}
      {problem !== undefined && <p role="alert">{problem}</p>}
      {detail?.replayable === true && (
        <EventActions key={request.id} request={request} event={detail.event} token={store.token} onSelect={onSelect} />
      )}
      {request.invocation !== "" && (
        <section className="block">
          <h3>Log of this invocation</h3>
          <LogLines lines={lines} named={false} label="Log of this invocation" testId="invocation-log" />
        </section>
      )}
      {detail !== undefined && <Payloads detail={detail} early={early === true} />}
    </article>
  );
}

/** Where the request arrived. Whether through the site is not known before it ends. */
function Via({ request: { via, running } }: { request: Request }) {
  if (via === "console") return <span>replayed here</span>;
  if (isEvent(via) || via === "live") return <span>{causes[via]}</span>;
  if (running) return null;
  return <span>through the {via === "api" ? "API" : "site"}</span>;
}

const causes: Partial<Record<Request["via"], string>> = {
  queue: "invoked by a queue",
  stream: "invoked by a table’s stream",
  schedule: "invoked by a schedule",
  live: "from the deployed stack",
};

function progressText({ function: name, invocation }: Request): string {
  if (name === "") return "It has not reached a function.";
  return invocation === "" ? `It is waiting for the function ${name}.` : `The function ${name} is running.`;
}

function target({ path, query }: Request): string {
  return query === "" ? path : `${path}?${query}`;
}

/** The request's details. `early` means that they were fetched before its response. */
function useDetail({ id, running, function: name, calls }: Request) {
  const [state, setState] = useState<{ detail?: Detail; problem?: string; early?: boolean }>({});
  useEffect(() => {
    let stale = false;
    void get<Detail>(`/api/requests/${encodeURIComponent(id)}`).then((result) => {
      if (!stale) setState(result.kind === "ok" ? { detail: result.value, early: running } : { problem: result.text });
    });
    return () => {
      stale = true;
    };
  }, [id, running, name, calls]); // a call can be reported after the end
  return state;
}

function Payloads({ detail, early }: { detail: Detail; early: boolean }) {
  const body = bodyIn(detail.event);
  return (
    <>
      {body !== undefined && <TextBlock title="Request body" text={body} testId="request-body" />}
      {detail.event !== "" && <TextBlock title="Event" text={detail.event} testId="event" />}
      {detail.eventMasked.length > 0 && <p className="muted">Masked: {detail.eventMasked.join(", ")}</p>}
      {detail.event !== "" && !early && (
        <TextBlock title="The function's response" text={detail.output} testId="output" />
      )}
      {!early && <TextBlock title="Response body" text={detail.answerBody} testId="answer-body" />}
      <SentToken headers={detail.requestHeaders} />
      <HeaderList title="Request headers" headers={detail.requestHeaders} />
      {!early && <HeaderList title="Response headers" headers={detail.answerHeaders} />}
    </>
  );
}

/** The token that was sent, decoded. The server does not reveal its signature. */
function SentToken({ headers }: { headers: [string, string][] }) {
  const sent = headers.find(([name]) => name === "authorization")?.[1];
  if (sent === undefined) return null;
  const decoded = decodeToken(sent.replace(/^Bearer /, ""));
  if (decoded.kind !== "jwt") return null;
  return (
    <details data-testid="sent-token">
      <summary>The token that was sent</summary>
      <ClaimList claims={decoded.claims} header={decoded.header} testId="sent-claims" />
    </details>
  );
}
