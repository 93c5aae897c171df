// The state of the page: a pure core that applies the events of the stream.
import { applyCuts } from "./cuts";
import type { Line, Live, Request } from "./model";

export interface Store {
  /** Newest first. */
  requests: Request[];
  /** Oldest first. */
  lines: Line[];
  /** Sent with every change, against forged requests. */
  token: string;
  connected: boolean;
  /** Whether the local cloud refused the stream because too many pages are open. */
  refused: boolean;
  /** Counts the deployments: what was fetched before the latest may be out of date. */
  deployed: number;
  /** Why the last save is not deployed; empty if it is. */
  problem: string;
  /** The parts of the stack that do not work on this machine, one per line; empty if none. */
  warnings: string;
  /** Whether the stack has something that the data view shows. */
  data: boolean;
  live: Live;
}

export type StreamEvent =
  | { kind: "start"; token: string }
  | { kind: "request"; request: Request }
  | { kind: "status"; deployed: number; problem: string; warnings: string; data: boolean; live: Live }
  | { kind: "line"; line: Line }
  | { kind: "connected"; connected: boolean; refused?: boolean };

export const empty: Store = {
  requests: [],
  lines: [],
  token: "",
  connected: false,
  refused: false,
  deployed: 0,
  problem: "",
  warnings: "",
  data: false,
  live: { state: "", name: "", url: "", message: "" },
};

/** The server's own limits. */
const maxRequests = 1000;
const maxLines = 5000;

/** Applies events. A request with a known ID replaces the earlier version in its place. */
export function reduce(store: Store, events: readonly StreamEvent[]): Store {
  let { token, connected, refused, deployed, problem, warnings, data, live } = store;
  let requests = store.requests.slice();
  let lines = store.lines.slice();
  let cuts: Line[] = [];
  const ids = new Set(requests.map(({ id }) => id));
  for (const event of events) {
    switch (event.kind) {
      case "start":
        // A new run of the local cloud has none of the earlier requests.
        [requests, lines, cuts, token, connected] = [[], [], [], event.token, true];
        ids.clear();
        break;
      case "status":
        ({ deployed, problem, warnings, data, live } = event);
        break;
      case "request": {
        const { id } = event.request;
        if (ids.has(id)) requests[requests.findIndex((one) => one.id === id)] = event.request;
        else requests.splice(insertionIndex(event.request, requests), 0, event.request);
        ids.add(id);
        break;
      }
      case "line":
        (event.line.kind === "cut" ? cuts : lines).push(event.line);
        break;
      case "connected":
        [connected, refused] = [event.connected, event.refused === true];
    }
  }
  if (cuts.length > 0) lines = applyCuts(lines, cuts);
  return {
    requests: requests.slice(0, maxRequests),
    lines: lines.slice(-maxLines),
    token,
    connected,
    refused,
    deployed,
    problem,
    warnings,
    data,
    live,
  };
}

/** Where to insert a request: by arrival. A slow one is reported after faster ones that arrived later. */
function insertionIndex({ at }: Request, requests: Request[]): number {
  const index = requests.findIndex((other) => other.at <= at);
  return index < 0 ? requests.length : index;
}
