// What the page knows of the local cloud: a pure core over the events of the stream.
import { applyCuts } from "./cuts";
import type { Line, Request } from "./model";

export interface Store {
  /** Newest first. */
  requests: Request[];
  /** Oldest first. */
  lines: Line[];
  /** Against forged requests; sent with everything that changes something. */
  token: string;
  connected: boolean;
  /** Whether the local cloud has as many pages as it serves. */
  refused: boolean;
  /** Grows with each deployment: what was asked before may be old. */
  deployed: number;
  /** Why what is served is not what the sources say. */
  problem: string;
}

export type StreamEvent =
  | { kind: "start"; token: string }
  | { kind: "request"; request: Request }
  | { kind: "status"; deployed: number; problem: string }
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
};

/** As many as the server keeps. */
const maxRequests = 1000;
const maxLines = 5000;

/** The store after some events. A request that is there already is replaced in its place: more is known of it. */
export function reduce(store: Store, events: readonly StreamEvent[]): Store {
  let { token, connected, refused, deployed, problem } = store;
  let requests = store.requests.slice();
  let lines = store.lines.slice();
  let cuts: Line[] = [];
  const ids = new Set(requests.map(({ id }) => id));
  for (const event of events) {
    switch (event.kind) {
      case "start":
        // Another run of the local cloud knows nothing of what was before.
        [requests, lines, cuts, token, connected] = [[], [], [], event.token, true];
        ids.clear();
        break;
      case "status":
        [deployed, problem] = [event.deployed, event.problem];
        break;
      case "request": {
        const { id } = event.request;
        if (ids.has(id)) requests[requests.findIndex((one) => one.id === id)] = event.request;
        else requests.splice(placeOf(event.request, requests), 0, event.request);
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
  };
}

/** By when it came: one that took long may be told of after those that came later. */
function placeOf({ at }: Request, requests: Request[]): number {
  const place = requests.findIndex((other) => other.at <= at);
  return place < 0 ? requests.length : place;
}
