import { describe, expect, it } from "vitest";
import type { Data, Queue, Schedule } from "../src/data-model";
import { dateText, endedWork, entryID, groupsOf, lastRun, sizeText } from "../src/resources";
import { request } from "./fakes";

const queue = (name: string, parts: Partial<Queue> = {}): Queue => ({
  name,
  physical: name,
  fifo: false,
  visible: 0,
  inFlight: 0,
  delayed: 0,
  deadLetters: "",
  sources: null,
  consumers: null,
  uses: null,
  latest: [],
  ...parts,
});

const schedule: Schedule = {
  name: "report",
  physical: "report",
  handler: "report",
  expression: "cron(0 6 * * ? *)",
  timeZone: "UTC",
  enabled: true,
  next: 0,
  last: 0,
  problem: "",
};

const none: Data = { tables: null, queues: null, buckets: null, schedules: null, secrets: null, inert: null };

describe("the list", () => {
  it("has the kinds that there are, with what needs attention", () => {
    const groups = groupsOf({
      ...none,
      queues: [
        queue("mails", { visible: 1, deadLetters: "mails-dead" }),
        queue("mails-dead", { visible: 1, inFlight: 1, sources: ["mails"] }),
      ],
      schedules: [schedule],
      secrets: [
        { name: "key", physical: "", hasValue: false, missing: "", variable: "", fixed: false, uses: null, latest: [] },
      ],
    });
    expect(groups.map(({ title }) => title)).toEqual(["Queues", "Schedules", "Secrets"]);
    expect(
      groups.flatMap(({ entries }) => entries.map((one) => `${entryID(one)}: ${one.facts} ${one.attention}`)),
    ).toEqual([
      "queue mails: 1 message false",
      "queue mails-dead: 2 messages true",
      "schedule report: off false",
      "secret key: no value true",
    ]);
    expect(groupsOf(none)).toEqual([]);
  });
});

it("finds the last run of a schedule among the requests", () => {
  const run = (id: string, path: string) => request(id, { via: "schedule", function: "report", path });
  const requests = [
    request("0", { function: "report" }),
    run("1", "rate(1 hour)"),
    run("2", schedule.expression),
    run("3", schedule.expression),
  ];
  expect(lastRun(requests, schedule)?.id).toBe("2");
  expect(lastRun(requests.slice(0, 2), schedule)).toBeUndefined();
});

it("notices ended invocations that may have changed data, and their late calls", () => {
  const before = endedWork([request("1")]);
  expect(endedWork([request("2"), request("1")])).toBe(before);
  expect(endedWork([request("2", { running: true, calls: 1 })])).toBe(before);
  const after = endedWork([request("2", { calls: 1 })]);
  expect(after).not.toBe(before);
  expect(endedWork([request("2", { calls: 2 })])).not.toBe(after);
  expect(endedWork([request("3", { via: "queue" })])).not.toBe(before);
});

it("formats sizes and times", () => {
  expect([0, 1, 1023, 1024, 1536, 3 << 20].map(sizeText)).toEqual([
    "0 bytes",
    "1 byte",
    "1023 bytes",
    "1.0 KiB",
    "1.5 KiB",
    "3.0 MiB",
  ]);
  expect(dateText(new Date(2026, 2, 1, 4, 5, 6).getTime())).toBe("2026-03-01 04:05:06");
});
