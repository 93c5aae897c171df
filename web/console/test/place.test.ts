import { expect, it } from "vitest";
import { placeWith } from "../src/place";

it.each([
  { search: "", changes: {}, place: "/logs" },
  { search: "?q=a", changes: { level: "WARN" }, place: "/logs?q=a&level=WARN" },
  { search: "?q=a&level=WARN", changes: { q: "" }, place: "/logs?level=WARN" },
  { search: "?q=a", changes: { q: "" }, place: "/logs" },
  { search: "", changes: { resource: "urn:a::b/c:d&e" }, place: "/logs?resource=urn%3Aa%3A%3Ab%2Fc%3Ad%26e" },
])("makes the address $place", ({ search, changes, place }) => {
  expect(placeWith("/logs", search, changes)).toBe(place);
});
