// The calls of this visit, newest first: a pure reducer, and the hook that makes calls.
import { useCallback, useReducer, useRef } from "react";
import { curlCommand } from "../../shared/curl";
import type { Api, ApiRequest, Outcome } from "./api";
import { liveHeader } from "./live";
import { explain, type Reason } from "./reason";

export interface Call {
  /** Counts up from 1 in this visit. */
  id: number;
  request: ApiRequest;
  /** Absolute, as it was sent. */
  url: string;
  /** The developer whose machine was to answer, if one was chosen. */
  developer?: string | undefined;
  /** Start time, in milliseconds since 1970. */
  at: number;
  state: { kind: "pending" } | { kind: "done"; outcome: Outcome; reason: Reason };
}

export type CallAction =
  { type: "started"; call: Call } | { type: "finished"; id: number; state: Call["state"] } | { type: "cleared" };

/** The number of calls that are kept: enough to compare, few enough to scroll. */
export const historyLength = 20;

/** Reduces the calls, newest first, by an action. */
export function history(calls: Call[], action: CallAction): Call[] {
  if (action.type === "started") return [action.call, ...calls].slice(0, historyLength);
  if (action.type === "finished")
    return calls.map((call) => (call.id === action.id ? { ...call, state: action.state } : call));
  // Pending calls stay, so that their results are shown.
  return calls.filter((call) => call.state.kind === "pending");
}

export interface Calls {
  /** Newest first. */
  calls: Call[];
  call(request: ApiRequest): Promise<void>;
  clear(): void;
}

/** The calls of this visit, as long as the component is mounted. */
export function useCalls(api: Api, signedIn: boolean): Calls {
  const [calls, dispatch] = useReducer(history, []);
  const nextId = useRef(1);
  const call = useCallback(
    async (request: ApiRequest) => {
      const id = nextId.current++;
      const pending = { id, request, url: api.url(request), developer: api.developer, at: Date.now() };
      dispatch({ type: "started", call: { ...pending, state: { kind: "pending" } } });
      const outcome = await api.call(request);
      const forbidden = request.token && "status" in outcome && outcome.status === 403;
      const missing = forbidden ? await api.missingRights() : "";
      const reason = explain(outcome, request.token ? "token" : "none", signedIn, missing);
      dispatch({ type: "finished", id, state: { kind: "done", outcome, reason } });
    },
    [api, signedIn],
  );
  const clear = useCallback(() => dispatch({ type: "cleared" }), []);
  return { calls, call, clear };
}

/** The call as a curl command, without its token. */
export function curlOf({ request, url, developer }: Pick<Call, "request" | "url" | "developer">): string {
  const { method, body, token } = request;
  const withBody = body !== undefined;
  const headers: [string, string][] = withBody ? [["Content-Type", "application/json"]] : [];
  if (developer !== undefined) headers.push([liveHeader, developer]);
  return curlCommand({
    method,
    url,
    headers,
    body: withBody ? JSON.stringify(body) : "",
    token: token ? "variable" : "none",
  });
}
