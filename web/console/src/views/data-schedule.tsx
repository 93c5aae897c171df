import { addressWith } from "../address";
import { Link } from "../../../shared/router";
import type { Schedule } from "../data-model";
import { toneOf, type Request } from "../model";
import { ResourceHead } from "../parts/resource-head";
import { dateText, lastRun } from "../resources";
import type { ResourceProps } from "./data-props";

interface DataScheduleProps {
  schedule: Schedule;
  requests: Request[];
  perform: ResourceProps["perform"];
}

/** A schedule: when it runs, and how the last run ended. */
export function DataSchedule({ schedule, requests, perform }: DataScheduleProps) {
  const { name, physical, handler, expression, timeZone, enabled, next, problem } = schedule;
  return (
    <article data-testid="schedule">
      <ResourceHead kind="Schedule" name={name} physical={physical}>
        <span>
          <code>{expression}</code>
        </span>
        <span>{timeZone === "" ? "UTC" : timeZone}</span>
        <span>invokes {handler}</span>
        {!enabled && <span>disabled</span>}
      </ResourceHead>
      <dl className="claims">
        <div>
          <dt>Next run, in this machine’s time zone</dt>
          <dd data-testid="next-run">{next === 0 ? "none" : dateText(next)}</dd>
        </div>
        <div>
          <dt>Last run</dt>
          <dd data-testid="last-run">
            <LastRun schedule={schedule} request={lastRun(requests, schedule)} />
          </dd>
        </div>
      </dl>
      {problem !== "" && (
        <p className="why failed">
          <strong>The last run could not begin</strong> {problem}
        </p>
      )}
      <p className="actions">
        <button
          type="button"
          className="primary"
          data-testid="run-now"
          disabled={perform === undefined}
          onClick={() => void perform?.({ do: "run", name })}
        >
          Run now
        </button>
        <Link href={addressWith("/", "", { q: `schedule ${handler}` })}>All its runs</Link>
      </p>
    </article>
  );
}

function LastRun({ schedule: { last }, request }: { schedule: Schedule; request: Request | undefined }) {
  if (last === 0) return <>none yet</>;
  if (request === undefined) return <>{dateText(last)}</>;
  return (
    <>
      {dateText(request.at)}{" "}
      <b className={`tone ${toneOf(request.status)}`}>
        {request.running ? "running" : request.status < 400 ? "succeeded" : `failed: ${request.refusal}`}
      </b>{" "}
      <Link href={addressWith("/", "", { request: request.id })}>Open it</Link>
    </>
  );
}
