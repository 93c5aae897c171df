// Decodes a token in order to show it. Nothing is verified: the API's authorizer does that,
// and no decision of the page depends on a claim.

/** The members of a JSON object, unchecked. */
export type Claims = Record<string, unknown>;

export type Decoded =
  | { kind: "jwt"; header: Claims; claims: Claims }
  /** Readable only by the issuer: not a JWT, or an encrypted one. */
  | { kind: "opaque"; encrypted: boolean }
  | { kind: "broken"; problem: string };

/** Decodes a compact JWS, https://www.rfc-editor.org/rfc/rfc7515#section-7.1. Never throws. */
export function decodeToken(token: string): Decoded {
  const [header, payload, ...rest] = token.split(".");
  // Five parts are a JWE, https://www.rfc-editor.org/rfc/rfc7516#section-7.1, which Auth0 also issues without an audience.
  if (rest.length === 3) return { kind: "opaque", encrypted: true };
  if (header === undefined || payload === undefined || rest.length !== 1) return { kind: "opaque", encrypted: false };
  try {
    return { kind: "jwt", header: decodePart(header, "header"), claims: decodePart(payload, "payload") };
  } catch (error) {
    return { kind: "broken", problem: error instanceof Error ? error.message : String(error) };
  }
}

function decodePart(part: string, name: string): Claims {
  const value = parse(part, name);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`The token's ${name} is not a JSON object.`);
  return value as Claims;
}

function parse(part: string, name: string): unknown {
  try {
    const binary = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Error(`The token's ${name} is not base64url-encoded JSON.`);
  }
}

/** A time claim in seconds since 1970 (NumericDate), or undefined if it is absent or not a number. */
export function timeClaim(
  claims: Claims,
  name: "exp" | "iat" | "nbf" | "auth_time" | "updated_at",
): number | undefined {
  const value = claims[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
