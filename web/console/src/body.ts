/** The body in an event or in a function's response, decoded from base64 if necessary; undefined if there is none. */
export function bodyIn(json: string): string | undefined {
  const { body, isBase64Encoded } = fieldsOf(json);
  if (typeof body !== "string" || body === "") return undefined;
  return isBase64Encoded === true ? decoded(body) : body;
}

function fieldsOf(json: string): { body?: unknown; isBase64Encoded?: unknown } {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function decoded(base64: string): string {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return base64; // masked text in it is not base64
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return `(binary, ${bytes.length} bytes)`;
  }
}
