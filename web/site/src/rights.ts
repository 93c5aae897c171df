// What a user may not do: the requested scopes that a token lacks, and the roles that would give them.
import { decodeToken } from "../../shared/jwt";

/** A role of the tenant, by its name there. */
export interface Role {
  name: string;
  scopes: string[];
}

export interface MissingRight {
  scope: string;
  /** The roles that give it; none if it is everyone's. */
  roles: string[];
}

/** What the site requests, from config.json. */
export interface RequestedRights {
  scope: string;
  roles: Role[];
}

/** The requested scopes that a token lacks. None is known to be missing without roles, because everyone then has all
 *  scopes, or if the token cannot be read. The token is decoded as for display, not verified. */
export function missingRights({ scope, roles }: RequestedRights, token: string): MissingRight[] {
  const decoded = decodeToken(token);
  if (roles.length === 0 || decoded.kind !== "jwt") return [];
  const granted = words(typeof decoded.claims.scope === "string" ? decoded.claims.scope : "");
  return words(scope)
    .filter((name) => !openId.includes(name) && !granted.includes(name))
    .map((name) => ({
      scope: name,
      roles: roles.filter(({ scopes }) => scopes.includes(name)).map((role) => role.name),
    }));
}

// OpenID Connect's own scopes, which need no role; the SDK adds the last one.
const openId = ["openid", "profile", "email", "offline_access"];

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

/** Sentences on who could give the rights. */
export function missingText(missing: MissingRight[]): string {
  return missing.map(sentence).join(" ");
}

function sentence({ scope, roles }: MissingRight): string {
  const [only, ...others] = roles;
  if (only === undefined)
    return `You lack ${scope}, which everyone should have: check that the tenant runs the Action that gives people their scopes.`;
  const which = others.length === 0 ? `The role ${only} gives it` : `Each of the roles ${roles.join(", ")} gives it`;
  return `You lack ${scope}. ${which}: ask whoever administers the tenant’s users for it, then sign in again.`;
}
