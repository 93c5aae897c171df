// One route of the API, with a form to call it.
import { useId, useState, type FormEvent } from "react";
import { variablesOf } from "../../../shared/route-path";
import type { Calls } from "../calls";
import type { Endpoint } from "../endpoints";
import type { Json } from "../http";
import type { Session } from "../session";

export interface EndpointCardProps {
  endpoint: Endpoint;
  /** Whether the API's URL is known. */
  ready: boolean;
  session: Session;
  call: Calls["call"];
}

/** Calls a route. The token is sent if the route requires it, unless there is none or it is left out on purpose. */
export function EndpointCard({ endpoint, ready, session, call }: EndpointCardProps) {
  const { method, path, about, token } = endpoint;
  const [params, setParams] = useState<Record<string, string>>({});
  const body = useJson(endpoint.body);
  const [bare, setBare] = useState(false);
  const signedIn = session.kind === "signedIn";
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = body.parse();
    if (parsed.kind === "broken") return;
    const request = { method, path, params, token: token && signedIn && !bare };
    void call(parsed.kind === "none" ? request : { ...request, body: parsed.value });
  };
  return (
    <article className="card">
      <h3>
        <span className="method">{method}</span> <code>{path}</code>
      </h3>
      <p>{about}</p>
      <form onSubmit={onSubmit}>
        {variablesOf(path).map((name) => (
          <Variable key={name} name={name} onChange={(value) => setParams((all) => ({ ...all, [name]: value }))} />
        ))}
        {endpoint.body !== undefined && <BodyField {...body} />}
        {token && signedIn && (
          <label className="check">
            <input
              type="checkbox"
              data-testid="without-token"
              checked={bare}
              onChange={(event) => setBare(event.currentTarget.checked)}
            />
            Leave the token out
          </label>
        )}
        <button
          type="submit"
          className="primary"
          data-testid={callId(endpoint)}
          disabled={!ready || (token && session.kind === "starting")}
        >
          {method === "GET" ? `Call ${path}` : `Call ${method} ${path}`}
        </button>
      </form>
    </article>
  );
}

/** The test id of a route's button: call-private, call-post-orders, call-get-orders-id as call-orders-id. */
function callId({ method, path }: Endpoint): string {
  const words = path.match(/\w+/g) ?? ["root"];
  return ["call", ...(method === "GET" ? [] : [method.toLowerCase()]), ...words].join("-");
}

function Variable({ name, onChange }: { name: string; onChange: (value: string) => void }) {
  return (
    <label className="field">
      {name}
      <input type="text" required spellCheck={false} onChange={(event) => onChange(event.currentTarget.value)} />
    </label>
  );
}

type ParsedBody = { kind: "none" } | { kind: "json"; value: Json } | { kind: "broken" };

/** A text that must be valid JSON when it is sent. */
function useJson(first: Json | undefined) {
  const [text, setText] = useState(() => (first === undefined ? "" : JSON.stringify(first, null, 2)));
  const [problem, setProblem] = useState<string>();
  const parse = (): ParsedBody => {
    if (first === undefined) return { kind: "none" };
    try {
      return { kind: "json", value: JSON.parse(text) as Json };
    } catch (error) {
      setProblem(`This is not JSON, so nothing was sent: ${error instanceof Error ? error.message : String(error)}.`);
      return { kind: "broken" };
    }
  };
  const change = (changed: string) => {
    setText(changed);
    setProblem(undefined);
  };
  return { text, problem, change, parse };
}

function BodyField({ text, problem, change }: Omit<ReturnType<typeof useJson>, "parse">) {
  const problemId = useId();
  return (
    <>
      <label className="field">
        Body (JSON)
        <textarea
          rows={Math.min(12, text.split("\n").length)}
          spellCheck={false}
          value={text}
          aria-invalid={problem !== undefined}
          aria-describedby={problemId}
          onChange={(event) => change(event.currentTarget.value)}
        />
      </label>
      <p id={problemId} role="alert" className="problem">
        {problem}
      </p>
    </>
  );
}
