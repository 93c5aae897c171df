// The explorer's state, which survives a change of view and a reload: a pure core. storage.ts stores it.
import type { Draft, Pair } from "./call";
import type { Outcome } from "./model";

/** A sent call and its outcome. */
export interface Sent {
  at: number;
  draft: Draft;
  outcome: Outcome;
}

export interface ExplorerState {
  draft?: Draft | undefined;
  /** Newest first. */
  sent: Sent[];
  /** The `at` of the call whose outcome is shown. */
  shown?: number | undefined;
}

const maxSent = 50;

export function withSent(state: ExplorerState, call: Sent): ExplorerState {
  return { ...state, sent: [call, ...state.sent].slice(0, maxSent), shown: call.at };
}

/** The state without typed credentials, recognized by name or shape, so that none is left in the browser's storage. What
 *  the server sends is masked already. */
export function withoutSecrets(state: ExplorerState): ExplorerState {
  return {
    ...state,
    draft: state.draft === undefined ? undefined : safeDraft(state.draft),
    sent: state.sent.map((call) => ({
      ...call,
      draft: safeDraft(call.draft),
      outcome: { ...call.outcome, url: safeText(call.outcome.url) },
    })),
  };
}

const secretName =
  /authorization|cookie|token|secret|password|passwd|credential|api-?_?key|assertion|signature|verifier|^code$/i;
const secretMember =
  /("[^"\\]*(?:authorization|cookie|token|secret|password|passwd|credential|api-?_?key|assertion|verifier)[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*"?/gi;
const secretField =
  /(^|[?&])([^=&?]*(?:authorization|cookie|token|secret|password|passwd|credential|api-?_?key|assertion|verifier)[^=&]*|code)=[^&\s]*/gi;
const signedToken = /(eyJ[\w-]*(?:\.|%2E)[\w-]*)(?:\.|%2E)[\w.%-]+/gi;

function safeDraft(draft: Draft): Draft {
  const variables = Object.entries(draft.variables).map(([name, value]) => safePair({ name, value }));
  return {
    ...draft,
    path: safeText(draft.path),
    variables: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    query: draft.query.map(safePair),
    headers: draft.headers.map(safePair),
    body: safeText(draft.body),
  };
}

function safePair({ name, value }: Pair): Pair {
  return { name, value: secretName.test(name) ? "" : safeText(value) };
}

function safeText(text: string): string {
  return text.replace(secretMember, '$1""').replace(secretField, "$1$2=").replace(signedToken, "$1.");
}
