import type { Request, Span } from "../model";
import { durationText } from "../text";

const meanings: Record<string, string> = {
  edge: "CloudFront: from the first byte to the last",
  gateway: "API Gateway: route, throttle, authorizer, function",
  authorizer: "The token’s signature, claims and scopes",
  rebuild: "Waiting for a rebuild of the handler",
  queue: "Waiting for a process",
  "cold start": "A new process, until it asks for its first event",
  handler: "The handler’s own time",
};

/** Where a request's time went, from edge to handler. SVG attributes draw the bars: the policy allows no inline styles. */
export function Waterfall({ request }: { request: Request }) {
  return (
    <table className="waterfall" data-testid="waterfall">
      <caption className="visually-hidden">Where the time went</caption>
      <tbody>
        {request.spans.map((span) => (
          <tr key={span.name} data-span={span.name}>
            <th scope="row" title={meanings[span.name]}>
              {span.name}
            </th>
            <td className="lane">
              <Bar span={span} total={request.took} />
            </td>
            <td className="took">{durationText(span.took)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Bar({ span, total }: { span: Span; total: number }) {
  const percent = (part: number) => (total > 0 ? Math.min(100, Math.max(0, (100 * part) / total)) : 0);
  // Wide enough to see.
  const width = Math.max(percent(span.took), 0.4);
  const x = Math.min(percent(span.start), 100 - width);
  return (
    <svg width="100%" height="14" aria-hidden="true" className={`bar ${span.name.replace(" ", "-")}`}>
      <rect x={`${x}%`} y="2" width={`${width}%`} height="10" rx="2" />
    </svg>
  );
}
