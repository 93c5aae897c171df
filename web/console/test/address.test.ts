import { expect, it } from "vitest";
import { addressWith } from "../src/address";

it.each([
  { search: "", changes: {}, address: "/logs" },
  { search: "?q=a", changes: { level: "WARN" }, address: "/logs?q=a&level=WARN" },
  { search: "?q=a&level=WARN", changes: { q: "" }, address: "/logs?level=WARN" },
  { search: "?q=a", changes: { q: "" }, address: "/logs" },
  { search: "", changes: { resource: "urn:a::b/c:d&e" }, address: "/logs?resource=urn%3Aa%3A%3Ab%2Fc%3Ad%26e" },
])("makes the address $address", ({ search, changes, address }) => {
  expect(addressWith("/logs", search, changes)).toBe(address);
});
