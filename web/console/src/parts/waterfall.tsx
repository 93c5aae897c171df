import type { AWSCall, Request, Span } from "../model";
import { durationText } from "../text";

const meanings: Record<string, string> = {
  offer: "The deployed function has offered the request, until this machine claims it",
  claim: "The claim’s way to the deployed function, and back",
  transfer: "The event’s way to this machine",
  run: "On this machine: the build, a process, the handler",
  edge: "CloudFront: from the first byte to the last",
  gateway: "API Gateway: route, throttle, authorizer, function",
  authorizer: "The token’s signature, claims and scopes",
  rebuild: "Waiting for a rebuild of the handler",
  queue: "Waiting for a process",
  "cold start": "A new process, until it asks for its first event",
  handler: "The handler’s own time",
};

/** Where a request's time went, from edge to handler. SVG attributes draw the bars: the policy allows no inline styles. */
export function Waterfall({ request, calls = [], more = 0 }: WaterfallProps) {
  const handler = request.spans.findIndex(({ name }) => name === "handler");
  const rows = request.spans.map((span) => <SpanRow key={span.name} span={span} total={request.took} />);
  // The handler makes the calls: they are below it.
  rows.splice(
    handler < 0 ? rows.length : handler + 1,
    0,
    ...calls.map((call, i) => <CallRow key={`call ${i}`} call={call} total={request.took} />),
  );
  return (
    <>
      <table className="waterfall" data-testid="waterfall">
        <caption className="visually-hidden">Where the time went</caption>
        <tbody>{rows}</tbody>
      </table>
      {more > 0 && (
        <p className="muted" data-testid="more-calls">
          The function made {more} more {more === 1 ? "call" : "calls"} to AWS, of which nothing is kept.
        </p>
      )}
    </>
  );
}

interface WaterfallProps {
  request: Request;
  calls?: AWSCall[] | undefined;
  /** How many calls are not among them. */
  more?: number | undefined;
}

function SpanRow({ span, total }: { span: Span; total: number }) {
  return (
    <tr data-span={span.name}>
      <th scope="row" title={meanings[span.name]}>
        {span.name}
      </th>
      <td className="lane">
        <Bar span={span} total={total} />
      </td>
      <td className="took">{durationText(span.took)}</td>
    </tr>
  );
}

/** A call of the function, with why it was refused. */
function CallRow({ call, total }: { call: AWSCall; total: number }) {
  const tone = callTone(call);
  return (
    <>
      <tr className={`aws ${tone}`} data-call={`${call.service} ${call.action}`} data-tone={tone}>
        <th scope="row">{call.action}</th>
        <td>
          <span className="called">
            {call.service} {call.resource}
            {tone !== "good" && <b className="call-outcome">{tone === "failed" ? "refused" : call.status}</b>}
          </span>
          <Bar span={{ name: "call", start: call.start, took: call.took }} total={total} />
        </td>
        <td className="took">{durationText(call.took)}</td>
      </tr>
      {call.refusal !== "" && (
        <tr className="aws failed">
          <th scope="row" colSpan={3} className="call-refusal" data-testid="call-refusal">
            {call.refusal}
          </th>
        </tr>
      )}
    </>
  );
}

/** A refused call is red; one with an error of the service may be part of normal operation. */
function callTone({ refusal, status }: AWSCall): "good" | "refused" | "failed" {
  if (refusal !== "") return "failed";
  return status >= 400 ? "refused" : "good";
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
