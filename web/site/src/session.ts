// The session and the operations on it, independent of the SDK.
// auth0.tsx is the only implementation; tests use a fake.

export interface Person {
  name: string;
  /** Absent if the tenant provides none. */
  email?: string;
  picture?: string;
}

/** A message for the user. The text says what to do. */
export interface Notice {
  /** The protocol's error code, or one of this site's own. */
  code: string;
  title: string;
  text: string;
}

export type Session =
  | { kind: "starting" }
  | { kind: "signedOut"; notice?: Notice }
  /** With a notice if another sign-in failed or the tokens could not be renewed. */
  | { kind: "signedIn"; person: Person; notice?: Notice }
  /** The SDK could not be loaded or does not work here. Calls without a token are still possible. */
  | { kind: "unavailable"; notice: Notice };

export type TokenResult = { kind: "token"; token: string } | { kind: "refused"; notice: Notice };

export interface Auth {
  session: Session;
  /** Leaves the page for the tenant; afterwards the user returns to the same page. */
  signIn(): void;
  /** Like signIn, with the tenant's sign-up form. */
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

/** The state before the SDK has loaded, or if it cannot load. */
export function authWithout(session: Session): Auth {
  const nothing = () => undefined;
  const refused = () => Promise.resolve(notReady);
  return { session, signIn: nothing, signUp: nothing, signOut: nothing, accessToken: refused, idToken: refused };
}
