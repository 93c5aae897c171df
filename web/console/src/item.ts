// Items in DynamoDB's JSON: a pure core of the form that writes one.
import type { Key } from "./data-model";

const types = ["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];

/** A new item with a table's key. */
export function newItemText({ hash, hashType, range, rangeType }: Key): string {
  const item: Record<string, Record<string, string>> = { [hash]: { [hashType]: "" } };
  if (range !== "") item[range] = { [rangeType]: "" };
  return JSON.stringify(item, null, 2);
}

/** What is wrong with an item and how to fix it; empty if nothing is. The engine checks the rest. */
export function itemProblem(text: string, { hash, hashType, range, rangeType }: Key): string {
  let item: unknown;
  try {
    item = JSON.parse(text);
  } catch (cause) {
    return `This is not JSON: ${(cause as Error).message}`;
  }
  if (!isObject(item)) return 'Expected an object of attributes, such as { "id": { "S": "1" } }.';
  for (const [name, value] of Object.entries(item)) {
    const problem = valueProblem(value);
    if (problem !== "") return `${name}: ${problem}`;
  }
  return keyProblem(item, hash, hashType) || (range === "" ? "" : keyProblem(item, range, rangeType));
}

function valueProblem(value: unknown): string {
  const names = isObject(value) ? Object.keys(value) : [];
  const type = names[0];
  if (type === undefined || names.length > 1 || !types.includes(type))
    return `expected an object with one type, such as { "S": "text" } or { "N": "1" }.`;
  const inner = (value as Record<string, unknown>)[type];
  if (["S", "N", "B"].includes(type) && typeof inner !== "string")
    return `expected a string in ${type}, also for a number.`;
  return "";
}

function keyProblem(item: Record<string, unknown>, name: string, type: string): string {
  const value = item[name];
  const text = isObject(value) ? value[type] : undefined;
  if (typeof text !== "string") return `The key needs ${name}: { "${type}": … }.`;
  return text === "" ? `The key ${name} is empty.` : "";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The attributes of an item, in short: `S` and the like are left out. */
export function attributesOf(text: string): [string, string][] {
  try {
    return Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => [
      name,
      JSON.stringify(plainOf(value)) ?? "",
    ]);
  } catch {
    return [["", text]];
  }
}

function plainOf(value: unknown): unknown {
  if (!isObject(value)) return value;
  const [entry] = Object.entries(value);
  if (entry === undefined) return value;
  const [type, inner] = entry;
  if (type === "M" && isObject(inner))
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, plainOf(one)]));
  if (type === "L" && Array.isArray(inner)) return inner.map(plainOf);
  if (type === "N") return Number.isSafeInteger(Number(inner)) ? Number(inner) : inner;
  return type === "NULL" ? null : inner;
}
