import { CopyButton } from "../../../shared/parts/copy-button";
import { HeaderList } from "../../../shared/parts/header-list";
import { statusText } from "../../../shared/status-text";
import { Link } from "../../../shared/router";
import { callerText, curlOf } from "../call";
import type { Sent } from "../explorer-state";
import { toneOf, type Api } from "../model";
import { CopyWithToken } from "../parts/copy-with-token";
import { TextBlock } from "../parts/text-block";
import { addressWith } from "../address";
import type { Store } from "../store";
import { durationText } from "../text";

interface CallOutcomeProps {
  sent: Sent;
  api: Api;
  store: Store;
}

/** The response, with a link to the request's details. */
export function CallOutcome({ sent: { draft, outcome }, api, store }: CallOutcomeProps) {
  const request = store.requests.find(({ id }) => id === outcome.id);
  const curl = curlOf(draft, api);
  return (
    <article className="outcome" data-testid="outcome" data-status={outcome.status} data-flaw={draft.flaw}>
      <h2 className="visually-hidden">Answer</h2>
      <p className={`facts ${toneOf(outcome.status)}`}>
        <span className="status">{statusText(outcome.status)}</span>
        <span>{durationText(outcome.took)}</span>
        <span>{callerText(draft, api)}</span>
        {request !== undefined && (
          <Link href={addressWith("/", "", { request: outcome.id })} data-testid="open-request">
            Open the request
          </Link>
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
      {draft.user !== "" && (
        <p className="line">
          <CopyWithToken
            textWith={(token) => curlOf(draft, api, token)}
            user={draft.user}
            flaw={draft.flaw}
            consoleToken={store.token}
          />
        </p>
      )}
    </article>
  );
}
