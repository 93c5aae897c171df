import { useEffect, useRef } from "react";
import type { Call, Calls } from "../calls";
import type { Auth } from "../session";
import { CallResult, outcomeName } from "./call-result";

/** Every call of this visit, newest first. */
export function CallList({ calls: { calls, clear }, auth }: { calls: Calls; auth: Auth }) {
  const newest = useNewestInView(calls[0]);
  const heading = useRef<HTMLHeadingElement>(null);
  const clearAll = () => {
    clear();
    heading.current?.focus(); // the button disappears
  };
  return (
    <section className="answers" aria-labelledby="answers">
      <div className="answers-head">
        <h2 id="answers" ref={heading} tabIndex={-1}>
          Answers
        </h2>
        {calls.length > 0 && (
          <button type="button" className="link" data-testid="clear" onClick={clearAll}>
            Clear
          </button>
        )}
      </div>
      <p className="visually-hidden" role="status">
        {announcement(calls)}
      </p>
      <div className="results" ref={newest}>
        {calls.length === 0 ? <Empty /> : calls.map((call) => <CallResult key={call.id} call={call} auth={auth} />)}
      </div>
    </section>
  );
}

function Empty() {
  return (
    <div className="empty">
      <p>No calls yet.</p>
      <p>Each call appears here with its status, its headers and body, and the reason for the result.</p>
    </div>
  );
}

/** On a narrow page the answers are below the buttons: scrolls to the newest call when it starts and when it ends. */
function useNewestInView(newest: Call | undefined) {
  const list = useRef<HTMLDivElement>(null);
  const key = newest === undefined ? "" : `${newest.id} ${newest.state.kind}`;
  const seen = useRef(key);
  useEffect(() => {
    // Do not scroll after navigation, or after clearing the list.
    if (key !== "" && key !== seen.current) list.current?.firstElementChild?.scrollIntoView({ block: "nearest" });
    seen.current = key;
  }, [key]);
  return list;
}

/** The announcement for screen readers: the result of the newest finished call. */
function announcement(calls: Call[]): string {
  const ended = calls.find((call) => call.state.kind === "done");
  if (ended === undefined || ended.state.kind !== "done") return "";
  return `${ended.request.method} ${new URL(ended.url).pathname}: ${outcomeName(ended.state)}. ${ended.state.reason.title}.`;
}
