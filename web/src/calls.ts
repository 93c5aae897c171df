// The calls of this visit, newest first: a pure history, and the hook that makes calls and keeps it.
import { useCallback, useReducer, useRef } from "react";
import type { Send } from "./http";
import { explain, type Credential, type Outcome, type Reason } from "./reason";
import type { Auth } from "./session";

/** One of the API's routes, as infra/routes.go has them. */
export interface Endpoint {
  method: "GET";
  /** Below apiUrl. */
  path: "/public" | "/private";
}

export interface Call {
  /** Counts up from 1 in this visit. */
  id: number;
  method: string;
  /** Absolute, as it was sent. */
  url: string;
  /** When it was asked for, in milliseconds since 1970. */
  at: number;
  state: { kind: "pending" } | { kind: "done"; outcome: Outcome; credential: Credential; reason: Reason };
}

export type CallAction =
  { type: "started"; call: Call } | { type: "finished"; id: number; state: Call["state"] } | { type: "cleared" };

/** So many calls are kept: enough to compare, few enough to scroll. */
export const historyLength = 20;

/** What becomes of the calls, newest first, after an action. */
export function history(calls: Call[], action: CallAction): Call[] {
  if (action.type === "started") return [action.call, ...calls].slice(0, historyLength);
  if (action.type === "finished")
    return calls.map((call) => (call.id === action.id ? { ...call, state: action.state } : call));
  // What is still under way stays, so that its end is seen.
  return calls.filter((call) => call.state.kind === "pending");
}

/** Makes one call from beginning to end. Without `credential` "token" no token is asked for. */
export async function makeCall(url: string, credential: Credential, auth: Auth, send: Send): Promise<Call["state"]> {
  const signedIn = auth.session.kind === "signedIn";
  const outcome = await outcomeOf(url, credential, auth, send);
  return { kind: "done", outcome, credential, reason: explain(outcome, credential, signedIn) };
}

async function outcomeOf(url: string, credential: Credential, auth: Auth, send: Send): Promise<Outcome> {
  if (credential === "none") return send(url);
  const result = await auth.accessToken();
  return result.kind === "token" ? send(url, result.token) : { kind: "noToken", notice: result.notice };
}

export interface Calls {
  /** Newest first. */
  calls: Call[];
  call(endpoint: Endpoint, credential: Credential): Promise<void>;
  clear(): void;
}

/** The calls of this visit. They live as long as the component that uses this. */
export function useCalls(apiUrl: string, auth: Auth, send: Send): Calls {
  const [calls, dispatch] = useReducer(history, []);
  const nextId = useRef(1);
  const call = useCallback(
    async (endpoint: Endpoint, credential: Credential) => {
      const id = nextId.current++;
      const url = new URL(apiUrl + endpoint.path, location.origin).href;
      dispatch({
        type: "started",
        call: { id, method: endpoint.method, url, at: Date.now(), state: { kind: "pending" } },
      });
      dispatch({ type: "finished", id, state: await makeCall(url, credential, auth, send) });
    },
    [apiUrl, auth, send],
  );
  const clear = useCallback(() => dispatch({ type: "cleared" }), []);
  return { calls, call, clear };
}
