import type { Calls } from "../calls";
import { CallList } from "../parts/call-list";
import { PrivateCard, PublicCard } from "../parts/endpoint-card";
import type { Auth } from "../session";

/** Calls both routes, and shows what came of it. `ready` once it is known where the API is. */
export function Home({ auth, calls, ready }: { auth: Auth; calls: Calls; ready: boolean }) {
  return (
    <>
      <Intro auth={auth} />
      <div className="workbench">
        <section className="endpoints" aria-labelledby="call-the-api">
          <h2 id="call-the-api">Call the API</h2>
          <PublicCard ready={ready} call={calls.call} />
          <PrivateCard ready={ready} call={calls.call} session={auth.session} />
        </section>
        <CallList calls={calls} auth={auth} />
      </div>
    </>
  );
}

function Intro({ auth }: { auth: Auth }) {
  return (
    <section className="intro">
      <h1 tabIndex={-1}>One sign-in, one API, every answer explained</h1>
      <p className="lead steady">{introWords(auth)}</p>
    </section>
  );
}

function introWords({ session }: Auth): string {
  switch (session.kind) {
    case "starting":
      return "Checking whether you are signed in…";
    case "signedIn":
      return "You are signed in. The private route now gets your access token, and greets you if it holds.";
    case "signedOut":
      return "You are signed out. The public route answers anyone; try the private one as well, and see how it refuses you.";
    case "unavailable":
      return "Signing in does not work at the moment; the reason is above.";
  }
}
