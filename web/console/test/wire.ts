// Made from the Go types by `go test ./local/console -update`. A list that Go has not made is null.

export interface API {
  siteUrl: string;
  apiUrl: string;
  routes: Route[] | null;
  users: Person[] | null;
  flaws: Choice[] | null;
  audience: string;
}

export interface Account {
  id: string;
  email: string;
  name: string;
  verified: boolean;
  created: number;
  ready: boolean;
  roles: string[] | null;
}

export interface Call {
  through: string;
  method: string;
  path: string;
  headers: [string, string][] | null;
  body: string;
  user: string;
  flaw: string;
}

export interface Choice {
  name: string;
  words: string;
}

export interface Cut {
  first: number;
  last: number;
  count: number;
}

export interface DetailView {
  requestHeaders: [string, string][] | null;
  event: string;
  eventMasked: string[] | null;
  output: string;
  answerHeaders: [string, string][] | null;
  answerBody: string;
  replayable: boolean;
}

export interface Difference {
  type: string;
  name: string;
  property: string;
  here: unknown;
  there: unknown;
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

export interface LineView {
  number: number;
  at: number;
  function: string;
  invocation: string;
  kind: string;
  text: string;
  cut?: Cut;
}

export interface Outcome {
  id: string;
  url: string;
  status: number;
  took: number;
  headers: [string, string][] | null;
  body: string;
}

export interface Person {
  id: string;
  email: string;
  ready: boolean;
}

export interface RequestView {
  id: string;
  via: string;
  at: number;
  took: number;
  method: string;
  path: string;
  query: string;
  route: string;
  function: string;
  invocation: string;
  cold: boolean;
  running: boolean;
  status: number;
  refusal: string;
  spans: SpanView[] | null;
}

export interface Resource {
  urn: string;
  type: string;
  name: string;
  id: string;
  service: string;
  kind: string;
  title: string;
  lane: number;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  dependencies: string[] | null;
}

export interface Role {
  name: string;
  description: string;
  scopes: string[] | null;
}

export interface Route {
  key: string;
  method: string;
  path: string;
  function: string;
  authorizer: string;
  scopes: string[] | null;
}

export interface Session {
  id: string;
  user: string;
  signedIn: number;
  lastSeen: number;
}

export interface SpanView {
  name: string;
  start: number;
  took: number;
}

export interface Stack {
  name: string;
  resources: Resource[] | null;
  outputs: Record<string, unknown>;
  other: string;
  differences: Difference[] | null;
  problem: string;
}

export interface Status {
  deployed: number;
  problem: string;
}

export interface TenantChange {
  do: string;
  id: string;
  email: string;
  name: string;
  password: string;
  verified: boolean;
  role: string;
}

export interface TenantState {
  url: string;
  users: Account[] | null;
  sessions: Session[] | null;
  grants: Grant[] | null;
  tokens: Token[] | null;
  keys: string[] | null;
  roles: Role[] | null;
}

export interface Token {
  at: number;
  kind: string;
  user: string;
  text: string;
}
