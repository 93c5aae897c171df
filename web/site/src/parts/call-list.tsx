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
    heading.current?.focus(); // the button goes
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
      <p>Nothing called yet.</p>
      <p>Each call appears here with its status, its headers and body, and why it was answered the way it was.</p>
    </div>
  );
}

/** On a narrow page the answers are below the buttons: the newest is scrolled to when it begins and when it ends. */
function useNewestInView(newest: Call | undefined) {
  const list = useRef<HTMLDivElement>(null);
  const key = newest === undefined ? "" : `${newest.id} ${newest.state.kind}`;
  const seen = useRef(key);
  useEffect(() => {
    // Coming back to the page, or clearing it, is no reason to move.
    if (key !== "" && key !== seen.current) list.current?.firstElementChild?.scrollIntoView({ block: "nearest" });
    seen.current = key;
  }, [key]);
  return list;
}

/** What a screen reader is told when a call ends: the newest one's end in a sentence. */
function announcement(calls: Call[]): string {
  const ended = calls.find((call) => call.state.kind === "done");
  if (ended === undefined || ended.state.kind !== "done") return "";
  return `${ended.request.method} ${new URL(ended.url).pathname}: ${outcomeName(ended.state)}. ${ended.state.reason.title}.`;
}
