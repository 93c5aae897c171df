import { endpoints as all, type Endpoint } from "../endpoints";
import type { PageProps } from "../page";
import { CallList } from "../parts/call-list";
import { EndpointCard } from "../parts/endpoint-card";
import type { Auth } from "../session";

/** Calls the API's routes and shows the results. */
export function Home({ auth, calls, ready, endpoints = all }: PageProps & { endpoints?: Endpoint[] }) {
  return (
    <>
      <Intro auth={auth} />
      <div className="workbench">
        <section className="endpoints" aria-labelledby="call-the-api">
          <h2 id="call-the-api">Call the API</h2>
          {endpoints.map((endpoint) => (
            <EndpointCard
              key={`${endpoint.method} ${endpoint.path}`}
              endpoint={endpoint}
              ready={ready}
              session={auth.session}
              call={calls.call}
            />
          ))}
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
      <p className="lead steady">{introText(auth)}</p>
    </section>
  );
}

function introText({ session }: Auth): string {
  switch (session.kind) {
    case "starting":
      return "Checking whether you are signed in…";
    case "signedIn":
      return "You are signed in. The private route now gets your access token, and greets you if it is valid.";
    case "signedOut":
      return "You are signed out. The public route answers every request; try the private one as well, and see how it refuses.";
    case "unavailable":
      return "Signing in does not work at the moment; the reason is above.";
  }
}
