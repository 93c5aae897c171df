// The changes that the tenant offers. local/console/tenant.go makes them.

/** The details of a user, for creating or changing one. */
export interface UserDetails {
  email: string;
  name: string;
  /** Empty to keep the present one. */
  password: string;
  verified: boolean;
}

export type TenantAction =
  | { do: "end-session" | "expire" | "revoke"; id: string; user: string }
  | { do: "rotate-keys" }
  | ({ do: "add-user" } & UserDetails)
  | ({ do: "change-user"; id: string } & UserDetails)
  | { do: "delete-user"; id: string; user: string }
  | { do: "give-role" | "take-role"; id: string; user: string; role: string };

/** What an action changed, as a message. */
export function doneText(action: TenantAction): string {
  switch (action.do) {
    case "end-session":
      return `The session of ${action.user} has ended. Tokens stay valid until they expire.`;
    case "expire":
      return `The grant of ${action.user} has expired: its next renewal fails.`;
    case "revoke":
      return `The grant of ${action.user} is revoked: it issues no more tokens.`;
    case "rotate-keys":
      return "A new key signs from now on. Tokens that the previous one signed still verify.";
    case "add-user":
      return `${action.email} can sign in now.`;
    case "change-user":
      return `${action.email} is changed. ${action.password === "" ? "Tokens have the new details after their next renewal." : "Because of the new password, all sessions have to sign in again."}`;
    case "delete-user":
      return `${action.user} is deleted and signed out.`;
    case "give-role":
      return `${action.user} has the role ${action.role}. Tokens follow after the next sign-in or renewal.`;
    case "take-role":
      return `${action.user} no longer has the role ${action.role}. Tokens that have its scopes stay valid until they expire.`;
  }
}
