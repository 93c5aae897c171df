import { levelOf } from "../filter";
import type { Line } from "../model";
import { clockText, readableLog } from "../text";
import { VirtualList } from "./virtual-list";

const tones: Record<string, string> = { WARN: "warn", ERROR: "error" };

interface LogLinesProps {
  lines: Line[];
  /** Whether each line shows its function. */
  named: boolean;
  label: string;
  testId: string;
}

/** In CSS pixels. */
const lineHeight = 26;

/** Lines of logs. The tooltip has the raw line. */
export function LogLines({ lines, named, label, testId }: LogLinesProps) {
  return (
    <VirtualList
      items={lines}
      keyOf={({ number }) => number}
      estimate={lineHeight}
      className="log"
      label={label}
      testId={testId}
    >
      {(line) => <LogLine line={line} named={named} />}
    </VirtualList>
  );
}

function LogLine({ line, named }: { line: Line; named: boolean }) {
  const { text } = readableLog(line.text);
  return (
    <div
      className={`log-line ${line.kind} ${tones[levelOf(line)] ?? ""}`}
      title={text === line.text ? undefined : line.text}
    >
      <time dateTime={new Date(line.at).toISOString()}>{clockText(line.at)}</time>
      {named && <span className="who">{line.function}</span>}
      <code>{text}</code>
    </div>
  );
}
