// The resources of the data view: a pure core.
import type { Data, Schedule } from "./data-model";
import type { Request } from "./model";

export type Kind = "table" | "queue" | "bucket" | "schedule" | "secret";

/** A resource in the list. */
export interface Entry {
  kind: Kind;
  name: string;
  /** A summary of its contents. */
  facts: string;
  /** Whether something needs attention. */
  attention: boolean;
}

/** The resources of each kind that the stack has. */
export function groupsOf(data: Data): { title: string; entries: Entry[] }[] {
  const entry = (kind: Kind, name: string, facts: string, attention = false) => ({ kind, name, facts, attention });
  return [
    {
      title: "Tables",
      entries: (data.tables ?? []).map(({ name, items }) => entry("table", name, countText(items, "item"))),
    },
    {
      title: "Queues",
      entries: (data.queues ?? []).map((queue) => {
        const waiting = queue.visible + queue.inFlight + queue.delayed;
        return entry(
          "queue",
          queue.name,
          countText(waiting, "message"),
          waiting > 0 && (queue.sources ?? []).length > 0,
        );
      }),
    },
    {
      title: "Buckets",
      entries: (data.buckets ?? []).map(({ name, objects }) => entry("bucket", name, countText(objects, "object"))),
    },
    {
      title: "Schedules",
      entries: (data.schedules ?? []).map(({ name, next, problem }) =>
        entry("schedule", name, next === 0 ? "off" : dateText(next), problem !== ""),
      ),
    },
    {
      title: "Secrets",
      entries: (data.secrets ?? []).map(({ name, hasValue }) =>
        entry("secret", name, hasValue ? "set" : "no value", !hasValue),
      ),
    },
  ].filter(({ entries }) => entries.length > 0);
}

/** A resource in the page's address. */
export function entryID({ kind, name }: { kind: Kind; name: string }): string {
  return `${kind} ${name}`;
}

/** "1 item", "2 items". */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "512 bytes", "1.5 KiB", "3.0 MiB". */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return countText(bytes, "byte");
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}

/** Date and time in this machine's time zone, to the second. */
export function dateText(millis: number): string {
  const date = new Date(millis);
  const pad = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** The latest run of a schedule among the requests, which are the newest first. */
export function lastRun(requests: Request[], { handler, expression }: Schedule): Request | undefined {
  return requests.find(
    ({ via, function: name, path }) => via === "schedule" && name === handler && path === expression,
  );
}

/** Changes when an invocation has ended that may have changed data, or one of its calls is reported later. */
export function endedWork(requests: Request[]): string {
  let [ended, calls] = [0, 0];
  let newest = "";
  for (const { id, running, via, calls: made } of requests) {
    if (running || (made === 0 && !isEvent(via))) continue;
    if (newest === "") newest = id;
    ended++;
    calls += made;
  }
  return `${newest} ${ended} ${calls}`;
}

/** Whether no request caused the invocation. */
export function isEvent(via: Request["via"]): boolean {
  return via === "queue" || via === "stream" || via === "schedule";
}
