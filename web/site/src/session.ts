// What the page knows of the person and can ask of the tenant, in its own words.
// auth0.tsx is the only implementation; tests put a fake in its place.

export interface Person {
  name: string;
  /** Absent when the tenant gives none. */
  email?: string;
  picture?: string;
}

/** Something the person should be told, with the remedy in its text. */
export interface Notice {
  /** The protocol's error code where there is one, otherwise a word of ours. */
  code: string;
  title: string;
  text: string;
}

export type Session =
  | { kind: "starting" }
  | { kind: "signedOut"; notice?: Notice }
  /** With a notice when another sign-in failed, or the tokens could not be renewed. */
  | { kind: "signedIn"; person: Person; notice?: Notice }
  /** The SDK could not be loaded or cannot work here. Calls without a token still can. */
  | { kind: "unavailable"; notice: Notice };

export type TokenResult = { kind: "token"; token: string } | { kind: "refused"; notice: Notice };

export interface Auth {
  session: Session;
  /** Leaves the page for the tenant; the person comes back to where they were. */
  signIn(): void;
  /** As signIn, with the tenant's sign-up form. */
  signUp(): void;
  signOut(): void;
  /** The cached access token, renewed when it is about to expire, or at once when `fresh`. Never throws. */
  accessToken(fresh?: boolean): Promise<TokenResult>;
  /** The raw ID token. Never throws. */
  idToken(): Promise<TokenResult>;
}

const notReady: TokenResult = {
  kind: "refused",
  notice: { code: "starting", title: "Not ready yet", text: "The sign-in is still starting. Try again in a moment." },
};

/** The state before the SDK has arrived, or when it never will. */
export function authWithout(session: Session): Auth {
  const nothing = () => undefined;
  const refused = () => Promise.resolve(notReady);
  return { session, signIn: nothing, signUp: nothing, signOut: nothing, accessToken: refused, idToken: refused };
}
