import { expect, it } from "vitest";
import type { Resource } from "../src/model";
import { box, pictureOf } from "../src/picture";

function resource(urn: string, lane: number, ...dependencies: string[]): Resource {
  return {
    urn,
    lane,
    dependencies,
    type: "t",
    name: urn,
    id: urn,
    service: "S",
    kind: "K",
    title: urn,
    inputs: {},
    outputs: {},
  };
}

const resources = [
  resource("distribution", 0, "bucket", "stage", "policy"),
  resource("bucket", 1),
  resource("api", 1),
  resource("route", 2, "api", "integration", "authorizer"),
  resource("authorizer", 3, "api", "server"),
  resource("function", 3, "role"),
  resource("server", 4),
  resource("client", 4, "distribution"),
  resource("stage", -1, "api"),
  resource("integration", -1, "api", "function"),
  resource("role", -1),
  resource("policy", -1),
  resource("object", -1, "bucket"),
  resource("alone", -1, "not there"),
];
const picture = pictureOf(resources);
const node = (urn: string) => picture.nodes.find((one) => one.resource.urn === urn);

it("has edges from the viewer inwards, through resources that are not drawn, without redundant ones", () => {
  const edges = picture.edges.map(({ from, to }) => `${from.resource.urn} ${to.resource.urn}`).sort();
  expect(edges).toEqual([
    "api route",
    "authorizer server",
    "distribution api",
    "distribution bucket",
    "route authorizer",
    "route function",
  ]);
});

it.each([
  { member: "stage", home: "api" },
  { member: "integration", home: "function" },
  { member: "role", home: "function" },
  { member: "policy", home: "distribution" },
  { member: "object", home: "bucket" },
])("puts $member with $home", ({ member, home }) => {
  expect(node(home)?.members.map(({ urn }) => urn)).toContain(member);
});

it("draws every box inside the picture, without overlaps", () => {
  const { nodes, width, height } = picture;
  for (const a of nodes) {
    expect(a.x + box.width).toBeLessThanOrEqual(width);
    expect(a.y + box.height).toBeLessThanOrEqual(height);
    for (const b of nodes)
      if (a !== b) expect(Math.abs(a.x - b.x) >= box.width || Math.abs(a.y - b.y) >= box.height).toBe(true);
  }
});

it("is empty for an empty stack, and survives a circle", () => {
  expect(pictureOf([]).nodes).toEqual([]);
  expect(pictureOf([resource("a", 0, "b"), resource("b", -1, "c"), resource("c", -1, "b")]).edges).toEqual([]);
});
