// What the claims of an Auth0 token mean, for people who read one for the first time.
// https://www.iana.org/assignments/jwt, https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-token-claims
const words: Record<string, string> = {
  iss: "Issuer: the tenant that signed it",
  sub: "Subject: the person’s id in the tenant",
  aud: "Audience: whom it is meant for",
  azp: "Authorized party: the application it was issued to",
  client_id: "The application it was issued to",
  exp: "Expires",
  iat: "Issued",
  nbf: "Not valid before",
  auth_time: "When the person last signed in",
  updated_at: "When the profile last changed",
  scope: "Scopes: what it allows",
  permissions: "Rights given by a role; the authorizer does not read them",
  nonce: "Ties it to the sign-in that asked for it",
  sid: "The session in the tenant",
  jti: "The token’s own id",
  name: "Full name",
  nickname: "Nickname",
  given_name: "Given name",
  family_name: "Family name",
  email: "E-mail address",
  email_verified: "Whether the address was verified",
  picture: "Address of the picture",
  gty: "Grant type",
};

/** The meaning of a claim, or undefined for one of the tenant's own. */
export function claimMeaning(name: string): string | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}
