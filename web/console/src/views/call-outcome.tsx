import { CopyButton } from "../../../src/parts/copy-button";
import { statusText } from "../../../src/status-names";
import { curlOf } from "../call";
import { toneOf, type Api } from "../model";
import { HeaderList } from "../parts/header-list";
import { TextBlock } from "../parts/text-block";
import type { Store } from "../store";
import { durationText } from "../text";
import type { Sent } from "./explorer";

interface CallOutcomeProps {
  sent: Sent;
  api: Api;
  store: Store;
  look: (id: string) => void;
}

/** What came back, and the way to what happened on the way. */
export function CallOutcome({ sent: { draft, outcome }, api, store, look }: CallOutcomeProps) {
  const request = store.requests.find(({ id }) => id === outcome.id);
  const curl = curlOf(draft, api);
  return (
    <article className="outcome" data-testid="outcome" data-status={outcome.status} data-flaw={draft.flaw}>
      <h2 className="visually-hidden">Answer</h2>
      <p className={`facts ${toneOf(outcome.status)}`}>
        <span className="status">{statusText(outcome.status)}</span>
        <span>{durationText(outcome.took)}</span>
        {request !== undefined && (
          <button type="button" className="link" data-testid="look" onClick={() => look(outcome.id)}>
            See what happened
          </button>
        )}
      </p>
      {request !== undefined && request.refusal !== "" && (
        <p className={`why ${toneOf(outcome.status)}`} data-testid="refusal">
          <strong>{request.status < 500 ? "Why it was refused" : "Why it failed"}</strong> {request.refusal}
        </p>
      )}
      <TextBlock title="Body" text={outcome.body} testId="outcome-body" />
      <HeaderList title="Headers" headers={outcome.headers} />
      <div className="curl">
        <code data-testid="curl">{curl}</code>
        <CopyButton text={curl} label="Copy" />
      </div>
    </article>
  );
}
