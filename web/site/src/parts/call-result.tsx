// One call: the request, the response, and the reason.
import { curlOf, type Call } from "../calls";
import type { Answer, Content } from "../http";
import type { Auth } from "../session";
import { statusText } from "../../../shared/status-text";
import { CopyButton } from "../../../shared/parts/copy-button";
import { HeaderList } from "../../../shared/parts/header-list";

/** In characters: showing more of a body could freeze the page. */
const shownBodyLength = 20_000;

/** `data-status` is the status, or `pending`, `no-token`, `network` or `timeout`. */
export function CallResult({ call, auth }: { call: Call; auth: Auth }) {
  const { state } = call;
  const tone = state.kind === "done" ? state.reason.tone : "pending";
  return (
    <article
      className={`result ${tone}`}
      data-testid="call-result"
      data-status={statusOf(state)}
      aria-busy={state.kind === "pending"}
    >
      <header>
        <h3>
          <span className="method">{call.request.method}</span> <code>{call.url}</code>
        </h3>
        <p className="facts">
          <span className="status" data-testid="result-status">
            {outcomeName(state)}
          </span>
          <Millis state={state} />
          <time dateTime={new Date(call.at).toISOString()}>{new Date(call.at).toLocaleTimeString()}</time>
        </p>
      </header>
      {state.kind === "done" && <Reason state={state} auth={auth} />}
      {state.kind === "done" && "status" in state.outcome && <AnswerView answer={state.outcome} number={call.id} />}
      {state.kind === "done" && (
        <footer>
          <CopyButton text={curlOf(call)} label="Copy as curl" />
        </footer>
      )}
    </article>
  );
}

type Done = Extract<Call["state"], { kind: "done" }>;

function Reason({ state, auth }: { state: Done; auth: Auth }) {
  return (
    <div className="reason" data-testid="result-reason">
      <p>
        <strong>{state.reason.title}.</strong> {state.reason.text}
      </p>
      {state.reason.signIn && (
        <button type="button" className="quiet" onClick={auth.signIn}>
          {auth.session.kind === "signedIn" ? "Sign in again" : "Sign in"}
        </button>
      )}
    </div>
  );
}

function AnswerView({ answer, number }: { answer: Answer; number: number }) {
  return (
    <>
      {/* Focusable, so that it scrolls by keyboard. */}
      <pre
        className="body"
        data-testid="result-body"
        tabIndex={0}
        role="region"
        aria-label={`Body of answer ${number}`}
      >
        {shownBody(answer.content)}
      </pre>
      <HeaderList title="Response headers" headers={answer.headers.map(({ name, value }) => [name, value])} />
    </>
  );
}

function Millis({ state }: { state: Call["state"] }) {
  if (state.kind === "pending" || state.outcome.kind === "noToken") return null;
  return <span>{state.outcome.millis} ms</span>;
}

function shownBody(content: Content): string {
  if (content.kind === "binary") return `(${content.bytes.length} bytes of ${content.type})`;
  const body = content.text;
  if (body === "") return "(empty)";
  if (body.length <= shownBodyLength) return body;
  return `${body.slice(0, shownBodyLength)}\n… and ${body.length - shownBodyLength} more characters`;
}

function statusOf(state: Call["state"]): string {
  if (state.kind === "pending") return "pending";
  if (state.outcome.kind === "noToken") return "no-token";
  return state.outcome.kind === "unanswered" ? state.outcome.cause : String(state.outcome.status);
}

/** The outcome in a few words. */
export function outcomeName(state: Call["state"]): string {
  if (state.kind === "pending") return "Calling…";
  if (state.outcome.kind === "noToken") return "Not sent";
  return state.outcome.kind === "unanswered" ? "No answer" : statusText(state.outcome.status);
}
