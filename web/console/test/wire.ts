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

export interface Bucket {
  name: string;
  physical: string;
  objects: number;
  bytes: number;
  uses: Use[] | null;
  latest: Usage[] | null;
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

export interface CallView {
  service: string;
  action: string;
  resource: string;
  start: number;
  took: number;
  status: number;
  refusal: string;
}

export interface Choice {
  name: string;
  words: string;
}

export interface Consumer {
  handler: string;
  at: number;
  records: number;
  failed: number;
  problem: string;
}

export interface Cut {
  first: number;
  last: number;
  count: number;
}

export interface DataChange {
  do: string;
  name: string;
  key: string;
  text: string;
  group: string;
  deduplication: string;
}

export interface DataDone {
  done: string;
}

export interface DataState {
  tables: Table[] | null;
  queues: Queue[] | null;
  buckets: Bucket[] | null;
  schedules: Schedule[] | null;
  secrets: SecretSetting[] | null;
  inert: Inert[] | null;
}

export interface DetailView {
  requestHeaders: [string, string][] | null;
  event: string;
  eventMasked: string[] | null;
  output: string;
  answerHeaders: [string, string][] | null;
  answerBody: string;
  replayable: boolean;
  calls: CallView[] | null;
  moreCalls: number;
}

export interface Difference {
  type: string;
  name: string;
  property: string;
  here: unknown;
  there: unknown;
}

export interface Folder {
  prefix: string;
  name: string;
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

export interface Index {
  name: string;
  key: Key;
}

export interface Inert {
  name: string;
  type: string;
  service: string;
}

export interface ItemPageView {
  items: ItemView[] | null;
  next: string;
}

export interface ItemQuery {
  table: string;
  index: string;
  byKey: boolean;
  hash: string;
  operator: string;
  range: string;
  rangeTo: string;
  backward: boolean;
  start: string;
}

export interface ItemView {
  key: string;
  text: string;
  editable: boolean;
}

export interface Key {
  hash: string;
  hashType: string;
  range: string;
  rangeType: string;
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

export interface Live {
  state: string;
  name: string;
  url: string;
  message: string;
}

export interface Message {
  id: string;
  body: string;
  attributes: [string, string][] | null;
  group: string;
  sent: number;
  visibleAt: number;
  received: number;
  state: string;
  from: string;
}

export interface MessagePage {
  messages: Message[] | null;
}

export interface ObjectDetail {
  size: number;
  modified: number;
  facts: [string, string][] | null;
  text: string;
}

export interface ObjectEntry {
  key: string;
  name: string;
  size: number;
  modified: number;
}

export interface ObjectPage {
  folders: Folder[] | null;
  objects: ObjectEntry[] | null;
  next: string;
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

export interface Queue {
  name: string;
  physical: string;
  fifo: boolean;
  visible: number;
  inFlight: number;
  delayed: number;
  deadLetters: string;
  sources: string[] | null;
  consumers: Consumer[] | null;
  uses: Use[] | null;
  latest: Usage[] | null;
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
  calls: number;
  refused: number;
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

export interface Schedule {
  name: string;
  physical: string;
  handler: string;
  expression: string;
  timeZone: string;
  enabled: boolean;
  next: number;
  last: number;
  problem: string;
}

export interface SecretSetting {
  name: string;
  physical: string;
  hasValue: boolean;
  missing: string;
  variable: string;
  fixed: boolean;
  uses: Use[] | null;
  latest: Usage[] | null;
}

export interface Session {
  id: string;
  user: string;
  signedIn: number;
  lastSeen: number;
}

export interface ShellLines {
  lines: string[] | null;
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
  warnings: string;
  data: boolean;
  live: Live;
}

export interface Table {
  name: string;
  physical: string;
  items: number;
  bytes: number;
  key: Key;
  indexes: Index[] | null;
  ttl: string;
  consumers: Consumer[] | null;
  uses: Use[] | null;
  latest: Usage[] | null;
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

export interface Usage {
  request: string;
  handler: string;
  action: string;
  at: number;
  status: number;
  refused: boolean;
}

export interface Use {
  handler: string;
  actions: string[] | null;
}
