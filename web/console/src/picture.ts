// The layout of a stack's picture: its boxes, their places, and the edges between them. A pure core; parts/stack-picture.tsx
// draws it.
import type { Resource } from "./model";

export interface Node {
  resource: Resource;
  /** Resources that are shown as part of this one. */
  members: Resource[];
  x: number;
  y: number;
}

export interface Edge {
  from: Node;
  to: Node;
}

export interface Picture {
  nodes: Node[];
  edges: Edge[];
  width: number;
  height: number;
}

export const box = { width: 176, height: 52 };
const [columnGap, rowGap, margin] = [44, 18, 2];

/** Arranges the resources in columns, each centered vertically. */
export function pictureOf(resources: Resource[]): Picture {
  const byURN = new Map(resources.map((resource) => [resource.urn, resource]));
  const drawn = resources.filter(({ lane }) => lane >= 0);
  const lanes = Math.max(0, ...drawn.map(({ lane }) => lane + 1));
  const columns = Array.from({ length: lanes }, (_, lane) => drawn.filter((resource) => resource.lane === lane));
  const rows = Math.max(1, ...columns.map(({ length }) => length));
  const height = rows * (box.height + rowGap) - rowGap + 2 * margin;
  const nodes = new Map<string, Node>();
  columns.forEach((column, lane) => {
    const own = column.length * (box.height + rowGap) - rowGap;
    column.forEach((resource, row) => {
      const x = margin + lane * (box.width + columnGap);
      nodes.set(resource.urn, { resource, members: [], x, y: (height - own) / 2 + row * (box.height + rowGap) });
    });
  });
  for (const member of resources) if (member.lane < 0) homeOf(member, byURN, nodes, resources)?.members.push(member);
  return {
    nodes: Array.from(nodes.values()),
    edges: edgesOf(byURN, nodes),
    width: lanes * (box.width + columnGap) - columnGap + 2 * margin,
    height,
  };
}

/** The drawn resources on which one depends, directly or through resources that are not drawn. */
function reached(from: Resource, byURN: Map<string, Resource>): Resource[] {
  const found = new Set<Resource>();
  const seen = new Set<string>();
  const open = from.dependencies.slice();
  for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
    const resource = byURN.get(urn);
    if (resource === undefined || seen.has(urn)) continue;
    seen.add(urn);
    if (resource.lane >= 0) found.add(resource);
    else open.push(...resource.dependencies);
  }
  return Array.from(found);
}

/** The node that includes a resource without a column: the innermost one on which it depends, otherwise one that uses it. */
function homeOf(member: Resource, byURN: Map<string, Resource>, nodes: Map<string, Node>, all: Resource[]) {
  const inner = reached(member, byURN).sort((a, b) => b.lane - a.lane)[0];
  if (inner !== undefined) return nodes.get(inner.urn);
  const user = all.find(
    (one) => one.dependencies.includes(member.urn) && (one.lane >= 0 || reached(one, byURN).length > 0),
  );
  if (user === undefined) return undefined;
  return nodes.get(user.lane >= 0 ? user.urn : (reached(user, byURN)[0]?.urn ?? ""));
}

/** Edges point from the viewer to the tenant, whichever end declares the dependency. Long edges, such as the tenant's
 *  dependency on the site's URL, are left out: they would cross the whole picture. */
function edgesOf(byURN: Map<string, Resource>, nodes: Map<string, Node>): Edge[] {
  const edges: Edge[] = [];
  for (const node of nodes.values()) {
    for (const other of reached(node.resource, byURN)) {
      const target = nodes.get(other.urn);
      if (target === undefined) continue;
      const [from, to] = node.resource.lane <= other.lane ? [node, target] : [target, node];
      const span = to.resource.lane - from.resource.lane;
      if (span > 0 && span < 3) edges.push({ from, to });
    }
  }
  return edges.filter(
    (edge) => !edges.some((first) => first.from === edge.from && first !== edge && isShortcut(first, edge)),
  );

  /** Whether a path over another edge has the same target, which makes this one redundant. */
  function isShortcut(first: Edge, { to }: Edge): boolean {
    return edges.some((second) => second.from === first.to && second.to === to);
  }
}
