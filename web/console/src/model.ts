// What the console's server sends. test/model.test.ts compares it with the server's own types.

export interface Request {
  id: string;
  /** Where it came in. */
  via: "site" | "api" | "console";
  /** Milliseconds since 1970. */
  at: number;
  /** Milliseconds, as all durations. */
  took: number;
  method: string;
  path: string;
  query: string;
  /** The route's key; empty when none matched. */
  route: string;
  /** Empty when none was called. */
  function: string;
  /** The request ID in the function's log. */
  invocation: string;
  cold: boolean;
  /** It has no answer yet: what it took and its status are 0. */
  running: boolean;
  status: number;
  /** Why it was refused or failed, for developers. */
  refusal: string;
  spans: Span[];
}

export interface Span {
  name: string;
  /** After the request's own start. */
  start: number;
  took: number;
}

export interface Line {
  number: number;
  at: number;
  function: string;
  /** Empty between invocations. */
  invocation: string;
  /** A line of the kind "cut" stands for lines that are no longer kept. */
  kind: "output" | "platform" | "fault" | "cut";
  text: string;
  /** The numbers of the first and the last line that is gone, and how many are. */
  cut?: { first: number; last: number; count: number };
}

/** What is fetched for the one request that is looked at. */
export interface Detail {
  requestHeaders: [string, string][];
  event: string;
  /** What of the event is masked, such as "headers.authorization". */
  eventMasked: string[];
  output: string;
  answerHeaders: [string, string][];
  answerBody: string;
  replayable: boolean;
}

/** How the page and a request's status are coloured. */
export type Tone = "good" | "refused" | "failed" | "running";

export function toneOf(status: number): Tone {
  if (status === 0) return "running";
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "good";
}

/** What can be called, through the site or by the API's own endpoint. */
export interface Api {
  siteUrl: string;
  apiUrl: string;
  routes: Route[] | null;
  users: Person[] | null;
  flaws: Flaw[] | null;
  audience: string;
}

export interface Route {
  key: string;
  method: string;
  /** With the stage. */
  path: string;
  function: string;
  /** Its name; empty: open to anyone. */
  authorizer: string;
  scopes: string[];
}

export interface Person {
  id: string;
  email: string;
  /** Is there from the start, with a password that everyone knows. */
  ready: boolean;
}

/** What can be wrong with a token that is made to be refused. */
export interface Flaw {
  name: string;
  words: string;
}

/** What came of a call. */
export interface Outcome {
  /** Of the request in the list; empty when the gateway did not see it. */
  id: string;
  url: string;
  status: number;
  took: number;
  headers: [string, string][];
  body: string;
}

/** What is deployed. */
export interface Stack {
  name: string;
  resources: Resource[] | null;
  outputs: Record<string, unknown>;
  /** The stack that the differences compare with. */
  other: string;
  differences: Difference[] | null;
  /** Why there is no comparison. */
  problem: string;
}

export interface Resource {
  urn: string;
  type: string;
  name: string;
  id: string;
  service: string;
  kind: string;
  /** What tells it from others of its kind. */
  title: string;
  /** Where it stands in the picture, from 0; -1: only with another. */
  lane: number;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  dependencies: string[];
}

/** A property, or a whole resource for an empty property, that two stacks have otherwise. */
export interface Difference {
  type: string;
  name: string;
  property: string;
  here: unknown;
  there: unknown;
}

/** What the tenant knows. Times in milliseconds since 1970, 0 for none. */
export interface Tenant {
  url: string;
  users: Account[] | null;
  sessions: Session[] | null;
  grants: Grant[] | null;
  tokens: Token[] | null;
  /** IDs, the one that signs first. */
  keys: string[] | null;
}

export interface Account {
  id: string;
  email: string;
  name: string;
  /** The e-mail. */
  verified: boolean;
  created: number;
  /** Comes from the configuration and cannot be changed. */
  ready: boolean;
}

export interface Session {
  id: string;
  user: string;
  signedIn: number;
  lastSeen: number;
}

export interface Grant {
  id: string;
  user: string;
  client: string;
  audience: string;
  scopes: string[] | null;
  signedIn: number;
  lastUsed: number;
  refreshed: number;
  revoked: boolean;
  expired: boolean;
}

/** A token that was issued, without its signature. */
export interface Token {
  at: number;
  kind: "access" | "id";
  user: string;
  text: string;
}
