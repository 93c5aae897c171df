import { Link } from "../../../shared/router";
import { statusText } from "../../../shared/status-text";
import { toneOf, type Request } from "../model";
import { clockText } from "../text";
import { Elapsed } from "./elapsed";

/** A request in the list, linked to its details. */
export function RequestRow({ request, href, current }: { request: Request; href: string; current: boolean }) {
  const target = request.query === "" ? request.path : `${request.path}?${request.query}`;
  return (
    <Link
      href={href}
      className={`row request ${toneOf(request.status)}`}
      data-testid="request"
      data-status={request.status}
      aria-current={current ? "true" : undefined}
      title={`${request.method} ${target}: ${request.running ? "no answer yet" : statusText(request.status)}`}
    >
      <time className="muted" dateTime={new Date(request.at).toISOString()}>
        {clockText(request.at)}
      </time>
      <strong className="code">{request.running ? "running" : request.status}</strong>
      <span className="what">
        <span className="method">{request.method}</span> {request.path}
        {request.query !== "" && <span className="muted">?{request.query}</span>}
      </span>
      <span className="muted name">
        <span className="label">{request.function}</span>
        {request.cold && <span className="badge">cold</span>}
        {request.via === "live" && <span className="badge">live</span>}
        {request.refused > 0 && <span className="badge failed">refused</span>}
      </span>
      <span className="took">
        <Elapsed request={request} />
      </span>
    </Link>
  );
}
