// Each request as it happens, and all that is known of the one that is looked at.
import { useState } from "react";
import { statusText } from "../../../src/status-names";
import { filterRequests, type Show } from "../filter";
import { toneOf, type Request } from "../model";
import { Elapsed } from "../parts/elapsed";
import { moveAmongButtons } from "../parts/rows";
import { clockText } from "../text";
import { FunctionCall } from "./function-call";
import { RequestDetail } from "./request-detail";
import type { ViewProps } from "./view";

export function Invocations({ store, selected, onSelect }: ViewProps) {
  const [words, setWords] = useState("");
  const [show, setShow] = useState<Show>("all");
  const [frozen, setFrozen] = useState<Request[]>();
  const all = frozen === undefined ? store.requests : known(frozen, store.requests);
  const listed = filterRequests(all, words, show);
  const request = store.requests.find(({ id }) => id === selected);
  const missed = store.requests.length - (frozen?.length ?? store.requests.length);
  return (
    <div className="split">
      <section className="master" aria-labelledby="invocations">
        <h1 id="invocations">Invocations</h1>
        <div className="tools">
          <Filter words={words} onWords={setWords} label="Filter by path, status, function, reason" short="Filter" />
          <ShowSelect show={show} onShow={setShow} />
          <button
            type="button"
            className="quiet"
            aria-pressed={frozen !== undefined}
            data-testid="pause"
            onClick={() => setFrozen(frozen === undefined ? store.requests : undefined)}
          >
            {frozen === undefined ? "Pause" : `Resume${missed > 0 ? ` (${missed} more)` : ""}`}
          </button>
        </div>
        <RequestList requests={listed} selected={selected} onSelect={onSelect} any={all.length > 0} />
      </section>
      <section className="detail" aria-label="The request that is looked at">
        {request === undefined ? (
          <>
            <p className="nothing muted">Choose a request to see where its time went, and why it was answered so.</p>
            <FunctionCall store={store} onSelect={onSelect} />
          </>
        ) : (
          <RequestDetail key={request.id} request={request} store={store} onSelect={onSelect} />
        )}
      </section>
    </div>
  );
}

/** A list that stands still, with what is known by now of those in it. */
function known(frozen: Request[], requests: Request[]): Request[] {
  const byID = new Map(requests.map((request) => [request.id, request]));
  return frozen.map((request) => byID.get(request.id) ?? request);
}

interface FilterProps {
  words: string;
  onWords: (words: string) => void;
  label: string;
  /** What stands in the field, where the label is too long for it. */
  short?: string;
}

export function Filter({ words, onWords, label, short = label }: FilterProps) {
  return (
    <input
      type="search"
      className="filter"
      data-testid="filter"
      value={words}
      placeholder={short}
      aria-label={label}
      onInput={(event) => onWords(event.currentTarget.value)}
    />
  );
}

function ShowSelect({ show, onShow }: { show: Show; onShow: (show: Show) => void }) {
  return (
    <select
      aria-label="Which requests"
      data-testid="show"
      value={show}
      onChange={(event) => onShow(event.currentTarget.value as Show)}
    >
      <option value="all">All</option>
      <option value="running">Running</option>
      <option value="refused">Refused (4xx)</option>
      <option value="failed">Failed (5xx)</option>
      <option value="cold">Cold starts</option>
    </select>
  );
}

interface RequestListProps {
  requests: Request[];
  selected: string | undefined;
  onSelect: (id: string) => void;
  any: boolean;
}

function RequestList({ requests, selected, onSelect, any }: RequestListProps) {
  if (requests.length === 0)
    return (
      <p className="nothing muted" data-testid="no-requests">
        {any ? "No request matches." : "No request yet. Open the site and call the API, or send one from here."}
      </p>
    );
  return (
    <ol className="requests" data-testid="requests" onKeyDown={moveAmongButtons}>
      {requests.map((request) => (
        <li key={request.id}>
          <Row request={request} current={request.id === selected} onSelect={onSelect} />
        </li>
      ))}
    </ol>
  );
}

function Row({ request, current, onSelect }: { request: Request; current: boolean; onSelect: (id: string) => void }) {
  return (
    <button
      type="button"
      className={`row request ${toneOf(request.status)}`}
      data-testid="request"
      data-status={request.status}
      aria-current={current ? "true" : undefined}
      title={request.running ? "It has no answer yet" : statusText(request.status)}
      onClick={() => onSelect(request.id)}
    >
      <time className="muted" dateTime={new Date(request.at).toISOString()}>
        {clockText(request.at)}
      </time>
      <strong className="code">{request.running ? "running" : request.status}</strong>
      <span className="what">
        <span className="method">{request.method}</span> {request.path}
      </span>
      <span className="muted name">
        <span className="label">{request.function}</span>
        {request.cold && <span className="badge">cold</span>}
      </span>
      <span className="took">
        <Elapsed request={request} />
      </span>
    </button>
  );
}
