// What the server sends of tables, queues, buckets, schedules and secrets. test/model.test.ts compares it with the
// server's own types. Times are in milliseconds since 1970, 0 for none.

export interface Data {
  tables: Table[] | null;
  queues: Queue[] | null;
  buckets: Bucket[] | null;
  schedules: Schedule[] | null;
  secrets: Secret[] | null;
  /** Deployed, and without effect on this machine. */
  inert: Inert[] | null;
}

export interface Table {
  name: string;
  /** Its name in the cloud. */
  physical: string;
  items: number;
  bytes: number;
  key: Key;
  indexes: Index[] | null;
  /** The attribute with the time at which an item expires; empty for none. */
  ttl: string;
  consumers: Consumer[] | null;
  uses: Use[] | null;
  latest: Usage[];
}

export interface Key {
  hash: string;
  hashType: string;
  /** Empty for none. */
  range: string;
  rangeType: string;
}

export interface Index {
  name: string;
  key: Key;
}

export interface Queue {
  name: string;
  physical: string;
  fifo: boolean;
  visible: number;
  inFlight: number;
  delayed: number;
  /** The queue that gets its dead letters; empty for none. */
  deadLetters: string;
  /** The queues whose dead letters it gets. */
  sources: string[] | null;
  consumers: Consumer[] | null;
  uses: Use[] | null;
  latest: Usage[];
}

export interface Bucket {
  name: string;
  physical: string;
  objects: number;
  bytes: number;
  uses: Use[] | null;
  latest: Usage[];
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
  /** Why the last run could not begin. */
  problem: string;
}

/** The value itself is never sent. */
export interface Secret {
  name: string;
  physical: string;
  hasValue: boolean;
  missing: string;
  /** The environment variable that can have the value. */
  variable: string;
  /** The variable has the value, which wins over the file. */
  fixed: boolean;
  uses: Use[] | null;
  latest: Usage[];
}

export interface Inert {
  name: string;
  type: string;
  service: string;
}

/** What a handler may do. */
export interface Use {
  handler: string;
  actions: string[];
}

/** What an invocation did. */
export interface Usage {
  /** The ID of the request. */
  request: string;
  handler: string;
  action: string;
  at: number;
  status: number;
  refused: boolean;
}

/** A handler that is invoked with a queue's or stream's entries, and its last batch. */
export interface Consumer {
  handler: string;
  at: number;
  records: number;
  failed: number;
  problem: string;
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

export interface ItemPage {
  items: Item[];
  /** Where the next page starts; empty after the last. */
  next: string;
}

export interface Item {
  /** Identifies it to the server only. */
  key: string;
  /** DynamoDB's JSON. */
  text: string;
  /** Whether nothing of it is masked or cut. */
  editable: boolean;
}

export interface Message {
  id: string;
  body: string;
  attributes: [string, string][];
  group: string;
  sent: number;
  visibleAt: number;
  received: number;
  state: string;
  /** The queue that it is a dead letter of. */
  from: string;
}

export interface ObjectPage {
  folders: { prefix: string; name: string }[];
  objects: ObjectEntry[];
  next: string;
}

export interface ObjectEntry {
  key: string;
  /** The key without characters that could mislead. */
  name: string;
  size: number;
  modified: number;
}

export interface ObjectDetail {
  size: number;
  modified: number;
  facts: [string, string][];
  text: string;
}
