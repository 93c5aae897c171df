/** Formats milliseconds: "0.42 ms", "12 ms", "1.24 s". */
export function durationText(millis: number): string {
  if (millis < 10) return `${millis.toFixed(2)} ms`;
  if (millis < 1000) return `${Math.round(millis)} ms`;
  return `${(millis / 1000).toFixed(2)} s`;
}

/** Indents JSON; returns any other text unchanged. */
export function prettyText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The time of day to the millisecond. */
export function clockText(millis: number): string {
  const date = new Date(millis);
  const pad = (value: number, width = 2) => String(value).padStart(width, "0");
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}

/** A resource's kind as text: "bucket" for "BucketV2", "resource server" for "ResourceServer". */
export function kindText(kind: string): string {
  return kind
    .replace(/V\d$|v\d$/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/^api$/, "API");
}

/** Fields of a JSON line that are shown elsewhere or not at all. */
const knownFields = ["message", "msg", "level", "time", "timestamp", "requestId"];

/** Formats a structured logger's JSON as "LEVEL message  name=value", as the terminal does; other lines are unchanged. */
export function readableLog(text: string): { text: string; level: string } {
  const fields = fieldsOf(text);
  const message = fields?.message ?? fields?.msg;
  if (fields === undefined || typeof message !== "string") return { text, level: "" };
  const level = typeof fields.level === "string" ? fields.level : "";
  const rest = Object.entries(fields)
    .filter(([name]) => !knownFields.includes(name))
    .map(([name, value]) => `  ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return { text: `${level} ${message}`.trimStart() + rest.join(""), level };
}

function fieldsOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Formats lines for a file: time, function, invocation, text. */
export function logText(lines: { at: number; function: string; invocation: string; text: string }[]): string {
  return lines
    .map((line) => `${new Date(line.at).toISOString()} ${line.function} ${line.invocation || "-"} ${line.text}\n`)
    .join("");
}
