// What the services of AWS hold on this machine: the list of resources, and the selected one.
import { useEffect, useRef } from "react";
import { addressWith, useParam } from "../address";
import { Link } from "../../../shared/router";
import type { Data, Inert } from "../data-model";
import { ShellBox } from "../parts/shell-box";
import { moveAmongRows } from "../parts/rows";
import { entryID, groupsOf, type Entry } from "../resources";
import { useData, type DataState } from "../use-data";
import { DataBucket } from "./data-bucket";
import { DataQueue } from "./data-queue";
import { DataSchedule } from "./data-schedule";
import { DataSecret } from "./data-secret";
import { DataTable } from "./data-table";
import type { ViewProps } from "./view";

export function DataView({ store }: ViewProps) {
  const [chosen] = useParam("resource");
  const state = useData(store, chosen);
  const { data, problem } = state;
  if (data === undefined) return <p className="nothing muted">{problem ?? "Reading the resources…"}</p>;
  const groups = groupsOf(data);
  const current = chosen === "" ? groups[0]?.entries[0] && entryID(groups[0].entries[0]) : chosen;
  return (
    <div className="split narrow">
      <section className="master data-list" aria-labelledby="data">
        <h1 id="data">Data</h1>
        {groups.length === 0 && <p className="muted">The stack has no table, queue, bucket, schedule or secret.</p>}
        <div className="requests">
          {groups.map(({ title, entries }) => (
            <Group key={title} title={title} entries={entries} current={current} />
          ))}
          <InertList inert={data.inert ?? []} />
          <ShellBox token={store.token} />
        </div>
      </section>
      <section className="detail" aria-label="The selected resource">
        {problem !== undefined && <p role="alert">{problem}</p>}
        <Notice {...state.notice} />
        <Chosen key={current} data={data} chosen={current ?? ""} state={state} store={store} />
      </section>
    </div>
  );
}

function Group({ title, entries, current }: { title: string; entries: Entry[]; current: string | undefined }) {
  const id = `group-${title.toLowerCase()}`;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul className="resources" onKeyDown={moveAmongRows}>
        {entries.map((entry) => (
          <li key={entry.name}>
            <Link
              href={addressWith("/data", "", { resource: entryID(entry) })}
              className="row"
              data-testid={`data-${entry.kind}`}
              data-name={entry.name}
              aria-current={entryID(entry) === current ? "true" : undefined}
            >
              <span className="what">{entry.name}</span>
              <span className={entry.attention ? "took attention" : "took muted"}>{entry.facts}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ChosenProps {
  data: Data;
  chosen: string;
  state: DataState;
  store: ViewProps["store"];
}

function Chosen({ data, chosen, state, store }: ChosenProps) {
  const is = (kind: string) => (one: { name: string }) => `${kind} ${one.name}` === chosen;
  const props = { perform: state.perform, token: store.token, version: state.version };
  const table = data.tables?.find(is("table"));
  if (table !== undefined) return <DataTable table={table} {...props} />;
  const queue = data.queues?.find(is("queue"));
  if (queue !== undefined) return <DataQueue queue={queue} {...props} />;
  const bucket = data.buckets?.find(is("bucket"));
  if (bucket !== undefined) return <DataBucket bucket={bucket} {...props} />;
  const schedule = data.schedules?.find(is("schedule"));
  if (schedule !== undefined)
    return <DataSchedule schedule={schedule} requests={store.requests} perform={state.perform} />;
  const secret = data.secrets?.find(is("secret"));
  if (secret !== undefined) return <DataSecret secret={secret} perform={state.perform} />;
  if (chosen === "") return null;
  return (
    <p className="nothing muted" data-testid="data-gone">
      The stack has no {chosen}, which this address names.
    </p>
  );
}

/** The last change. It takes the focus if the button that made the change has disappeared. */
function Notice({ text, refused }: { text: string; refused: boolean }) {
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (text !== "" && document.activeElement === document.body) place.current?.focus();
  }, [text]);
  return (
    <p
      className={text === "" ? "visually-hidden" : `why ${refused ? "failed" : "good"}`}
      role="status"
      tabIndex={-1}
      ref={place}
      data-testid="data-done"
    >
      {refused && <strong>Refused</strong>}
      {text}
    </p>
  );
}

/** What is deployed, and does nothing here. */
function InertList({ inert }: { inert: Inert[] }) {
  if (inert.length === 0) return null;
  return (
    <section aria-labelledby="group-inert" data-testid="inert">
      <h2 id="group-inert">Without effect here</h2>
      <ul className="inert">
        {inert.map(({ name, type, service }) => (
          <li key={`${type} ${name}`}>
            <code>{name}</code> <span className="muted">{type}</span>
            {service !== "" && (
              <span className="meaning">
                Calls to it fail. To send them elsewhere: <code>-aws {service}=http://localhost:PORT</code>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
