import { expect, it } from "vitest";
import { bodyIn } from "../src/body";

const event = (body: unknown, isBase64Encoded: unknown = false) => JSON.stringify({ body, isBase64Encoded });

it.each([
  { name: "text", json: event("a"), body: "a" },
  { name: "base64", json: event("eyJhIjoiw6QifQ==", true), body: '{"a":"ä"}' },
  { name: "binary", json: event("/wD+", true), body: "(binary, 3 bytes)" },
  { name: "base64 in which something is hidden", json: event("eyJh•••", true), body: "eyJh•••" },
  { name: "no body", json: event(undefined), body: undefined },
  { name: "an empty body", json: event(""), body: undefined },
  { name: "a body of another kind", json: event({ a: 1 }), body: undefined },
  { name: "null", json: "null", body: undefined },
  { name: "no JSON", json: "", body: undefined },
])("finds the body of an event: $name", ({ json, body }) => {
  expect(bodyIn(json)).toBe(body);
});
