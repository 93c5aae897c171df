// The list of requests, live, and the details of the selected one.
import { useState } from "react";
import { useSearch } from "../../../shared/router";
import { filterRequests, isShow, type Show } from "../filter";
import { useCleared } from "../storage";
import type { Request } from "../model";
import { ClearButton } from "../parts/clear-button";
import { FilterField } from "../parts/filter-field";
import { RequestRow } from "../parts/request-row";
import { VirtualList } from "../parts/virtual-list";
import { addressWith, useParam } from "../address";
import { FunctionCall } from "./function-call";
import { RequestDetail } from "./request-detail";
import type { ViewProps } from "./view";

export function Invocations({ store }: ViewProps) {
  const [words, setWords] = useParam("q");
  const [shown, setShow] = useParam("show");
  const [selected, onSelect] = useParam("request");
  const [frozen, setFrozen] = useState<Request[]>();
  const cleared = useCleared("requests");
  const all = (frozen === undefined ? store.requests : latest(frozen, store.requests)).filter(
    ({ at }) => at > cleared.at,
  );
  const show = isShow(shown) ? shown : "all";
  const listed = filterRequests(all, words, show);
  const missed = store.requests.length - (frozen?.length ?? store.requests.length);
  return (
    <div className="split">
      <section className="master" aria-labelledby="invocations">
        <h1 id="invocations">Invocations</h1>
        <div className="tools">
          <FilterField
            words={words}
            onWords={(text) => setWords(text, "replace")}
            label="Filter by path, status, function, reason"
            short="Filter"
          />
          <ShowSelect show={show} onShow={(one) => setShow(one === "all" ? "" : one)} />
          <button
            type="button"
            className="quiet"
            aria-pressed={frozen !== undefined}
            data-testid="pause"
            onClick={() => setFrozen(frozen === undefined ? store.requests : undefined)}
          >
            {frozen === undefined ? "Pause" : `Resume${missed > 0 ? ` (${missed} more)` : ""}`}
          </button>
          <ClearButton cleared={cleared} what="requests" />
        </div>
        <RequestList requests={listed} selected={selected} any={all.length > 0} />
      </section>
      <section className="detail" aria-label="The selected request">
        <Selection {...{ store, selected, onSelect }} />
      </section>
    </div>
  );
}

/** The request that the page's address names, or a hint if there is none. */
function Selection({
  store,
  selected,
  onSelect,
}: {
  store: ViewProps["store"];
  selected: string;
  onSelect: (id: string) => void;
}) {
  const request = store.requests.find(({ id }) => id === selected);
  if (request !== undefined)
    return <RequestDetail key={request.id} request={request} store={store} onSelect={onSelect} />;
  const gone = selected !== "" && store.connected;
  return (
    <>
      <p className="nothing muted" data-testid={gone ? "request-gone" : undefined}>
        {gone
          ? "This request is no longer available: the console keeps the latest 1,000 requests of one run of the local cloud."
          : "Select a request to see where its time went and why it got its response."}
      </p>
      <FunctionCall store={store} onSelect={onSelect} />
    </>
  );
}

/** The requests of a paused list, in their latest versions. */
function latest(frozen: Request[], requests: Request[]): Request[] {
  const byID = new Map(requests.map((request) => [request.id, request]));
  return frozen.map((request) => byID.get(request.id) ?? request);
}

function ShowSelect({ show, onShow }: { show: Show; onShow: (show: Show) => void }) {
  return (
    <select
      aria-label="Which requests"
      data-testid="show"
      value={show}
      onChange={({ currentTarget: { value } }) => isShow(value) && onShow(value)}
    >
      <option value="all">All</option>
      <option value="running">Running</option>
      <option value="refused">Refused (4xx)</option>
      <option value="failed">Failed (5xx)</option>
      <option value="cold">Cold starts</option>
    </select>
  );
}

/** In CSS pixels: 2.25rem. */
const rowHeight = 36;

function RequestList({ requests, selected, any }: { requests: Request[]; selected: string; any: boolean }) {
  const search = useSearch();
  if (requests.length === 0)
    return (
      <p className="nothing muted" data-testid="no-requests">
        {any ? "No request matches." : "No request yet. Open the site and call the API, or send one from here."}
      </p>
    );
  return (
    <VirtualList
      items={requests}
      keyOf={({ id }) => id}
      estimate={rowHeight}
      className="requests"
      label="Requests"
      testId="requests"
    >
      {(request) => (
        <RequestRow
          request={request}
          href={addressWith("/", search, { request: request.id })}
          current={request.id === selected}
        />
      )}
    </VirtualList>
  );
}
