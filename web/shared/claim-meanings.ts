// The meanings of the claims of an Auth0 token.
// https://www.iana.org/assignments/jwt, https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-token-claims
const meanings: Record<string, string> = {
  iss: "Issuer: the tenant that signed it",
  sub: "Subject: the user’s ID in the tenant",
  aud: "Audience: the APIs it is meant for",
  azp: "Authorized party: the application it was issued to",
  client_id: "The application it was issued to",
  exp: "Expires",
  iat: "Issued",
  nbf: "Not valid before",
  auth_time: "When the user last signed in",
  updated_at: "When the profile last changed",
  scope: "Scopes: what it allows",
  permissions: "Rights given by a role; the authorizer does not read them",
  nonce: "Binds it to the sign-in that requested it",
  sid: "The session in the tenant",
  jti: "The token’s ID",
  name: "Full name",
  nickname: "Nickname",
  given_name: "Given name",
  family_name: "Family name",
  email: "E-mail address",
  email_verified: "Whether the address was verified",
  picture: "Address of the picture",
  gty: "Grant type",
};

/** The meaning of a claim, or undefined for a custom one. */
export function claimMeaning(name: string): string | undefined {
  return Object.hasOwn(meanings, name) ? meanings[name] : undefined;
}
