import { addressWith } from "../address";
import { Link } from "../../../shared/router";
import type { Consumer, Usage, Use } from "../data-model";
import { clockText } from "../text";
import { countText } from "../resources";

interface ResourceUsesProps {
  uses: Use[] | null;
  consumers?: Consumer[] | null;
  latest: Usage[];
}

/** Which handlers use a resource, and its latest uses by invocations. */
export function ResourceUses({ uses, consumers, latest }: ResourceUsesProps) {
  return (
    <div className="resource-uses">
      <section aria-labelledby="used-by" data-testid="used-by">
        <h3 id="used-by">Used by</h3>
        {(uses ?? []).length + (consumers ?? []).length === 0 && <p className="muted">No handler uses it.</p>}
        <ul className="plain">
          {consumers?.map((consumer) => (
            <li key={`on ${consumer.handler}`}>
              <strong>{consumer.handler}</strong> is invoked by it. <Batch consumer={consumer} />
            </li>
          ))}
          {uses?.map(({ handler, actions }) => (
            <li key={handler}>
              <strong>{handler}</strong> <span className="muted">may {actions.join(", ")}</span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="latest-calls" data-testid="latest-calls">
        <h3 id="latest-calls">Latest calls</h3>
        {latest.length === 0 && <p className="muted">No invocation has called it yet.</p>}
        <ul className="plain">
          {latest.map(({ request, handler, action, at, status, refused }, i) => (
            <li key={`${request} ${at} ${i}`}>
              <Link href={addressWith("/", "", { request })}>
                {clockText(at)} {handler} {action}
              </Link>{" "}
              {refused ? (
                <b className="failed tone">refused</b>
              ) : (
                status >= 400 && <b className="refused tone">{status}</b>
              )}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Batch({ consumer: { at, records, failed, problem } }: { consumer: Consumer }) {
  if (at === 0) return <span className="muted">No batch yet.</span>;
  return (
    <span className={failed > 0 ? "failed tone" : "muted"}>
      Last batch: {countText(records, "record")}, {failed} failed at {clockText(at)}.{problem !== "" && ` ${problem}`}
    </span>
  );
}
