/** An unsigned token with these claims. Its signature is never checked here. */
export function token(claims: Record<string, unknown>): string {
  return `${encodePart({ alg: "RS256", typ: "JWT" })}.${encodePart(claims)}.c2ln`;
}

/** A value as one part of a token: JSON in base64url without padding. */
export function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
