import type { Line } from "../model";
import { clockText, readableLog } from "../text";

const tones: Record<string, string> = { WARN: "warn", WARNING: "warn", ERROR: "error", FATAL: "error" };

/** Lines of logs, with or without the name of their function. The pointer shows a line as it was written. */
export function LogLines({ lines, named, testId }: { lines: Line[]; named: boolean; testId: string }) {
  return (
    <ol className="log" data-testid={testId}>
      {lines.map((line) => (
        <LogLine key={line.number} line={line} named={named} />
      ))}
    </ol>
  );
}

function LogLine({ line, named }: { line: Line; named: boolean }) {
  const { text, level } = readableLog(line.text);
  return (
    <li className={`${line.kind} ${tones[level.toUpperCase()] ?? ""}`} title={text === line.text ? undefined : line.text}>
      <time dateTime={new Date(line.at).toISOString()}>{clockText(line.at)}</time>
      {named && <span className="who">{line.function}</span>}
      <code>{text}</code>
    </li>
  );
}
