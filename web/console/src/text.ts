/** A duration in milliseconds as people read it: "0.42 ms", "12 ms", "1.24 s". */
export function durationText(millis: number): string {
  if (millis < 10) return `${millis.toFixed(2)} ms`;
  if (millis < 1000) return `${Math.round(millis)} ms`;
  return `${(millis / 1000).toFixed(2)} s`;
}

/** JSON with an indentation, anything else as it is. */
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

/** A resource's kind in words: "BucketV2" is a bucket, "ResourceServer" a resource server. */
export function kindText(kind: string): string {
  return kind
    .replace(/V\d$|v\d$/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/^api$/, "API");
}
