import type { FormEvent, KeyboardEvent } from "react";
import { variablesOf } from "../../../shared/route-path";
import { bodyProblem, methods, takesBody, type Draft } from "../call";
import type { Api } from "../model";
import { Pairs } from "../parts/pairs";

interface CallFormProps {
  api: Api;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  busy: boolean;
  /** Whether the stream has sent the token. */
  ready: boolean;
  onSend: () => void;
}

/** Edits the call. Enter in any field sends it; in the body, Ctrl or Cmd with Enter. */
export function CallForm({ api, draft, onDraft, busy, ready, onSend }: CallFormProps) {
  const change = (part: Partial<Draft>) => onDraft({ ...draft, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onSend();
  };
  return (
    <form className="call" onSubmit={submit} data-testid="call-form">
      <div className="line">
        <select
          aria-label="Method"
          data-testid="method"
          value={draft.method}
          onChange={(e) => change({ method: e.currentTarget.value })}
        >
          {methods.map((method) => (
            <option key={method}>{method}</option>
          ))}
        </select>
        <input
          className="filter path"
          aria-label="Path"
          data-testid="path"
          spellCheck={false}
          value={draft.path}
          onInput={(e) => change({ path: e.currentTarget.value })}
        />
        <button type="submit" className="primary" data-testid="send" disabled={busy || !ready}>
          {busy ? "Sending…" : "Send"}
        </button>
      </div>
      <div className="line">
        <Caller api={api} draft={draft} change={change} />
        <label className="field">
          Through
          <select
            value={draft.through}
            onChange={(e) => change({ through: e.currentTarget.value as Draft["through"] })}
          >
            <option value="site">the site ({api.siteUrl})</option>
            <option value="api">the API’s own endpoint ({api.apiUrl})</option>
          </select>
        </label>
      </div>
      <Variables draft={draft} change={change} />
      <Pairs title="Query" pairs={draft.query} onPairs={(query) => change({ query })} />
      <Pairs title="Headers" pairs={draft.headers} onPairs={(headers) => change({ headers })} />
      {takesBody(draft.method) && <Body draft={draft} change={change} onSend={onSend} />}
    </form>
  );
}

interface PartProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

/** Selects the caller: no user, a user, or a user with a defective token. */
function Caller({ api, draft, change }: PartProps & { api: Api }) {
  return (
    <>
      <label className="field">
        Send as
        <select
          data-testid="as"
          value={draft.user}
          onChange={(e) =>
            change({ user: e.currentTarget.value, chosen: true, flaw: e.currentTarget.value === "" ? "" : draft.flaw })
          }
        >
          <option value="">no user, without a token</option>
          {api.users?.map(({ id, email }) => (
            <option key={id} value={id}>
              {email}
            </option>
          ))}
        </select>
      </label>
      {draft.user !== "" && (
        <label className="field">
          With a token
          <select data-testid="flaw" value={draft.flaw} onChange={(e) => change({ flaw: e.currentTarget.value })}>
            <option value="">as after signing in</option>
            {api.flaws?.map(({ name, words }) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

function Variables({ draft, change }: PartProps) {
  return variablesOf(draft.path).map((name) => (
    <label className="field" key={name}>
      {`{${name}}`}
      <input
        value={draft.variables[name] ?? ""}
        onInput={(e) => change({ variables: { ...draft.variables, [name]: e.currentTarget.value } })}
      />
    </label>
  ));
}

function Body({ draft, change, onSend }: PartProps & { onSend: () => void }) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSend();
  };
  const problem = bodyProblem(draft);
  return (
    <div className="line">
      <label className="field column wide">
        Body
        <textarea
          rows={5}
          spellCheck={false}
          data-testid="body"
          value={draft.body}
          aria-describedby="body-problem"
          onInput={(e) => change({ body: e.currentTarget.value })}
          onKeyDown={onKeyDown}
        />
      </label>
      <label className="field">
        Content type
        <input
          data-testid="content-type"
          spellCheck={false}
          placeholder="none"
          value={draft.contentType}
          onInput={(e) => change({ contentType: e.currentTarget.value })}
        />
      </label>
      <span className="muted" id="body-problem" role="status" data-testid="body-problem">
        {problem}
      </span>
    </div>
  );
}
