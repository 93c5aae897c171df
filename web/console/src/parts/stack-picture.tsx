import type { KeyboardEvent } from "react";
import { box, type Edge, type Node, type Picture } from "../picture";
import { kindText } from "../text";

interface StackPictureProps {
  picture: Picture;
  chosen: string | undefined;
  onChoose: (urn: string) => void;
}

/** Boxes in columns, with arrows. Each box is a button: Tab moves between them, Enter and Space select. */
export function StackPicture({ picture, chosen, onChoose }: StackPictureProps) {
  const { width, height, nodes, edges } = picture;
  const touches = ({ from, to }: Edge) => from.resource.urn === chosen || to.resource.urn === chosen;
  return (
    <div className="picture" data-testid="picture" tabIndex={0} role="region" aria-label="Picture of the stack">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="group"
        aria-label="The stack’s resources"
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerUnits="userSpaceOnUse"
            markerWidth="9"
            markerHeight="9"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" className="arrow" />
          </marker>
        </defs>
        {edges.map((edge) => (
          <path
            key={`${edge.from.resource.urn} ${edge.to.resource.urn}`}
            d={curve(edge)}
            className={touches(edge) ? "edge near" : "edge"}
            markerEnd="url(#arrow)"
          />
        ))}
        {nodes.map((node) => (
          <Box key={node.resource.urn} node={node} chosen={node.resource.urn === chosen} onChoose={onChoose} />
        ))}
      </svg>
    </div>
  );
}

/** Preact sets SVG attributes under the given name, and this one is lower case. */
const focusable = { tabindex: 0 };

function curve({ from, to }: Edge): string {
  const [x1, y1] = [from.x + box.width, from.y + box.height / 2];
  const [x2, y2] = [to.x - 1, to.y + box.height / 2];
  const bend = Math.min(40, (x2 - x1) / 2);
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function Box({ node, chosen, onChoose }: { node: Node; chosen: boolean; onChoose: (urn: string) => void }) {
  const { resource, members, x, y } = node;
  const onKeyDown = (event: KeyboardEvent<SVGGElement>) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onChoose(resource.urn);
  };
  const kind = `${resource.service} ${kindText(resource.kind)}`;
  const title = shortened(resource.title);
  const more = members.length === 0 ? "" : ` +${members.length}`;
  return (
    <g
      role="button"
      {...focusable}
      className={`node ${resource.service === "Auth0" ? "auth0" : "aws"}`}
      aria-pressed={chosen}
      aria-label={`${kind}${more} ${title}${members.length === 0 ? "" : `, with ${members.length} more`} (${resource.title})`}
      data-testid="node"
      data-kind={resource.kind}
      transform={`translate(${x} ${y})`}
      onClick={() => onChoose(resource.urn)}
      onKeyDown={onKeyDown}
    >
      <rect width={box.width} height={box.height} rx="8" />
      <text x="12" y="21" className="service">
        {`${kind}${more} `}
      </text>
      <text x="12" y="39" className="title">
        {title}
      </text>
    </g>
  );
}

/** Shortens a title to what fits into a box. */
function shortened(title: string): string {
  return title.length <= 21 ? title : `${title.slice(0, 20)}…`;
}
