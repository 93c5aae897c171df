import { describe, expect, it } from "vitest";
import { attributesOf, itemProblem, newItemText } from "../src/item";

const key = { hash: "customer", hashType: "S", range: "id", rangeType: "N" };
const onlyHash = { hash: "name", hashType: "S", range: "", rangeType: "" };

describe("an item's problem", () => {
  it.each([
    {
      name: "none",
      text: '{"customer":{"S":"a"},"id":{"N":"1"},"tags":{"SS":["x"]},"deep":{"M":{"a":{"NULL":true}}}}',
      problem: "",
    },
    { name: "no JSON", text: "{", problem: "This is not JSON" },
    { name: "a list", text: "[]", problem: "Expected an object" },
    { name: "null", text: "null", problem: "Expected an object" },
    { name: "a plain value", text: '{"customer":"a"}', problem: "customer: expected an object with one type" },
    {
      name: "two types",
      text: '{"customer":{"S":"a","N":"1"}}',
      problem: "customer: expected an object with one type",
    },
    { name: "an unknown type", text: '{"customer":{"X":"a"}}', problem: "customer: expected an object with one type" },
    { name: "no type", text: '{"customer":{}}', problem: "customer: expected an object with one type" },
    { name: "a bare number", text: '{"customer":{"S":"a"},"id":{"N":1}}', problem: "id: expected a string in N" },
    { name: "no sort key", text: '{"customer":{"S":"a"}}', problem: 'The key needs id: { "N": … }.' },
    { name: "a key of another type", text: '{"customer":{"N":"1"},"id":{"N":"1"}}', problem: "The key needs customer" },
    { name: "an empty key", text: '{"customer":{"S":""},"id":{"N":"1"}}', problem: "The key customer is empty." },
    { name: "a name of every object", text: '{"constructor":{"S":"a"}}', problem: "The key needs customer" },
  ])("is found: $name", ({ text, problem }) => {
    const found = itemProblem(text, key);
    if (problem === "") expect(found).toBe("");
    else expect(found).toContain(problem);
  });

  it("is the empty key of a new item", () => {
    expect(itemProblem(newItemText(key), key)).toBe("The key customer is empty.");
    expect(newItemText(onlyHash)).toBe('{\n  "name": {\n    "S": ""\n  }\n}');
  });
});

it("shows attributes without their types", () => {
  const item = {
    id: { N: "12345678901234567890" },
    n: { N: "1.5" },
    ok: { BOOL: true },
    none: { NULL: true },
    deep: { M: { list: { L: [{ S: "a" }, { N: "2" }] } } },
    set: { SS: ["a", "b"] },
  };
  expect(attributesOf(JSON.stringify(item))).toEqual([
    ["id", '"12345678901234567890"'],
    ["n", '"1.5"'],
    ["ok", "true"],
    ["none", "null"],
    ["deep", '{"list":["a",2]}'],
    ["set", '["a","b"]'],
  ]);
  expect(attributesOf("cut off {")).toEqual([["", "cut off {"]]);
});
