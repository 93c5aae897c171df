import { describe, expect, it } from "vitest";
import { fillPath, variablesOf } from "../route-path";

describe("variables of a path", () => {
  it("are found in order", () => {
    expect(variablesOf("/orders/{id}/items/{item_2}/{a-b}/{proxy+}")).toEqual(["id", "item_2", "a-b", "proxy"]);
    expect(variablesOf("/orders")).toEqual([]);
  });

  it.each([
    { path: "/orders/{id}", values: { id: "7" }, want: "/orders/7" },
    { path: "/orders/{id}", values: { id: "../private?a=b#c" }, want: "/orders/..%2Fprivate%3Fa%3Db%23c" },
    { path: "/files/{proxy+}", values: { proxy: "a/b c" }, want: "/files/a/b%20c" },
    { path: "/{a}/{b}", values: { a: "{b}", b: "$&" }, want: "/%7Bb%7D/%24%26" },
    { path: "/orders/{id}", values: {}, want: "/orders/" },
  ])("become values: $want", ({ path, values, want }) => {
    expect(fillPath(path, values)).toBe(want);
  });
});
