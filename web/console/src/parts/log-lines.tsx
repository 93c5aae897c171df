import type { Line } from "../model";
import { clockText } from "../text";

/** Lines of logs, with or without the name of their function. */
export function LogLines({ lines, named, testId }: { lines: Line[]; named: boolean; testId: string }) {
  return (
    <ol className="log" data-testid={testId}>
      {lines.map((line) => (
        <li key={line.number} className={line.kind}>
          <time dateTime={new Date(line.at).toISOString()}>{clockText(line.at)}</time>
          {named && <span className="who">{line.function}</span>}
          <code>{line.text}</code>
        </li>
      ))}
    </ol>
  );
}
