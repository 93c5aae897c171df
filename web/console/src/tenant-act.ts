// What the tenant can be asked to do. local/console/tenant.go does it.

/** What a user is made or changed to. */
export interface UserDetails {
  email: string;
  name: string;
  /** Empty: the one that is there stays. */
  password: string;
  verified: boolean;
}

export type Act =
  | { do: "end-session" | "expire" | "revoke"; id: string; user: string }
  | { do: "rotate-keys" }
  | ({ do: "add-user" } & UserDetails)
  | ({ do: "change-user"; id: string } & UserDetails)
  | { do: "delete-user"; id: string; user: string };

/** What an act did, for the person who asked for it. */
export function doneText(act: Act): string {
  switch (act.do) {
    case "end-session":
      return `The session of ${act.user} has ended. Tokens stay good until they expire.`;
    case "expire":
      return `The grant of ${act.user} has expired: its next renewal is refused.`;
    case "revoke":
      return `The grant of ${act.user} is revoked: it gives no more tokens.`;
    case "rotate-keys":
      return "A new key signs from now on. Tokens that the one before has signed still verify.";
    case "add-user":
      return `${act.email} can sign in now.`;
    case "change-user":
      return `${act.email} is changed. ${act.password === "" ? "Tokens have the new details after their next renewal." : "With the new password everyone has to sign in again."}`;
    case "delete-user":
      return `${act.user} is deleted and signed out.`;
  }
}
