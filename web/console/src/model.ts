// What the console's server sends. test/model.test.ts compares it with the server's own types.

export interface Request {
  id: string;
  /** Where it arrived, or what caused the invocation. */
  via: "site" | "api" | "console" | "queue" | "stream" | "schedule" | "live";
  /** Milliseconds since 1970. */
  at: number;
  /** Milliseconds, as all durations. */
  took: number;
  method: string;
  path: string;
  query: string;
  /** The route's key; empty if none matched. */
  route: string;
  /** Empty if none was called. */
  function: string;
  /** The request ID in the function's log. */
  invocation: string;
  cold: boolean;
  /** Not answered yet: `took` and `status` are 0. */
  running: boolean;
  status: number;
  /** Why it was refused or failed; empty if it succeeded. */
  refusal: string;
  spans: Span[];
  /** How many calls the function made to AWS, and how many of them were refused. */
  calls: number;
  refused: number;
}

export interface Span {
  name: string;
  /** Relative to the start of the request. */
  start: number;
  took: number;
}

/** A call of the function to a service of AWS. */
export interface AWSCall {
  service: string;
  action: string;
  resource: string;
  /** Relative to the start of the request. */
  start: number;
  took: number;
  status: number;
  /** Why it was refused; empty if the service answered. */
  refusal: string;
}

export interface Line {
  number: number;
  at: number;
  function: string;
  /** Empty between invocations. */
  invocation: string;
  /** A line of the kind "cut" replaces lines that were dropped. */
  kind: "output" | "platform" | "fault" | "cut";
  text: string;
  /** The numbers of the first and the last dropped line, and how many were dropped. */
  cut?: { first: number; last: number; count: number };
}

/** The rest of a request, fetched when it is opened. */
export interface Detail {
  requestHeaders: [string, string][];
  event: string;
  /** The masked properties of the event, such as "headers.authorization". */
  eventMasked: string[];
  output: string;
  answerHeaders: [string, string][];
  answerBody: string;
  replayable: boolean;
  calls: AWSCall[];
  /** How many more it made, which are not kept. */
  moreCalls: number;
}

/** The color of a status. */
export type Tone = "good" | "refused" | "failed" | "running";

export function toneOf(status: number): Tone {
  if (status === 0) return "running";
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "good";
}

/** What can be called, through the site or at the API's own endpoint. */
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
  /** Its name; empty for a public route. */
  authorizer: string;
  scopes: string[];
}

export interface Person {
  id: string;
  email: string;
  /** Exists from the start, with a well-known password. */
  ready: boolean;
}

/** A defect of a token that is issued for testing refusals. */
export interface Flaw {
  name: string;
  words: string;
}

/** The response to a call. */
export interface Outcome {
  /** The request's ID in the list; empty if it did not reach the gateway. */
  id: string;
  url: string;
  status: number;
  took: number;
  headers: [string, string][];
  body: string;
}

/** How far the deployed stack is served from this machine. */
export interface Live {
  /** Empty if it is not. "outdated": its functions have a bridge of another version. */
  state: "" | "online" | "offline" | "outdated";
  /** Of the developer. */
  name: string;
  /** The deployed site, whose calls this machine answers. */
  url: string;
  /** Why it is offline, or what to do. */
  message: string;
}

/** The deployed stack. */
export interface Stack {
  name: string;
  resources: Resource[] | null;
  outputs: Record<string, unknown>;
  /** The stack to which `differences` compares. */
  other: string;
  differences: Difference[] | null;
  /** Why the stacks cannot be compared. */
  problem: string;
}

export interface Resource {
  urn: string;
  type: string;
  name: string;
  id: string;
  service: string;
  kind: string;
  /** Distinguishes it from others of its kind. */
  title: string;
  /** Its column in the picture, from 0; -1 if it is drawn as part of another resource. */
  lane: number;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  dependencies: string[];
}

/** A property that differs between two stacks, or, if `property` is empty, a resource that only one of them has. */
export interface Difference {
  type: string;
  name: string;
  property: string;
  here: unknown;
  there: unknown;
}

/** The tenant's state. Times are in milliseconds since 1970, 0 for none. */
export interface Tenant {
  url: string;
  users: Account[] | null;
  sessions: Session[] | null;
  grants: Grant[] | null;
  tokens: Token[] | null;
  /** Key IDs; the first one signs. */
  keys: string[] | null;
  /** Null if people have all scopes. */
  roles: Role[] | null;
}

/** A role of the tenant. */
export interface Role {
  name: string;
  description: string;
  scopes: string[] | null;
}

export interface Account {
  id: string;
  email: string;
  name: string;
  /** Whether the e-mail address is verified. */
  verified: boolean;
  created: number;
  /** Defined by the configuration: only its roles can be changed. */
  ready: boolean;
  /** The names of its roles. */
  roles: string[] | null;
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

/** An issued token, without its signature. */
export interface Token {
  at: number;
  kind: "access" | "id";
  user: string;
  text: string;
}
