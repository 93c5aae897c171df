import { lazy, Suspense } from "react";
import type { Api } from "../api";
import { Avatar } from "../parts/avatar";
import type { Auth, Person } from "../session";

// Needed only after signing in, so not before the first paint.
const Tokens = lazy(() => import("../parts/tokens"));

export interface ProfileProps {
  auth: Auth;
  /** Without it no missing rights are shown. */
  api?: Api;
  now?: () => number;
}

/** The user and the tokens' claims; if no user is signed in, an explanation. */
export function Profile({ auth, api, now = Date.now }: ProfileProps) {
  const { session } = auth;
  return (
    <>
      <section className="intro person">
        {session.kind === "signedIn" && <Avatar person={session.person} large />}
        <div>
          <h1 tabIndex={-1}>{session.kind === "signedIn" ? session.person.name : "Profile"}</h1>
          {session.kind === "signedIn" ? <Email person={session.person} /> : <NotSignedIn auth={auth} />}
        </div>
      </section>
      {session.kind === "signedIn" && (
        <Suspense fallback={<p role="status">Fetching your tokens…</p>}>
          <Tokens auth={auth} {...(api !== undefined && { api })} now={now} />
        </Suspense>
      )}
    </>
  );
}

function Email({ person }: { person: Person }) {
  return <p className="lead">{person.email ?? "The tenant provided no e-mail address."}</p>;
}

function NotSignedIn({ auth }: { auth: Auth }) {
  if (auth.session.kind === "starting") {
    return (
      <p className="lead" role="status">
        Checking whether you are signed in…
      </p>
    );
  }
  return (
    <>
      <p className="lead">This page shows your account and the claims of your tokens. Sign in to see them.</p>
      {auth.session.kind === "signedOut" && (
        <button type="button" className="primary" onClick={auth.signIn}>
          Sign in to see your profile
        </button>
      )}
    </>
  );
}
