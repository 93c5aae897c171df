import { useState, type ReactNode } from "react";
import type { Calls, Endpoint } from "../calls";
import type { Credential } from "../reason";
import type { Session } from "../session";

const publicRoute: Endpoint = { method: "GET", path: "/public" };
const privateRoute: Endpoint = { method: "GET", path: "/private" };

/** Calls the route that is open to anyone. */
export function PublicCard({ ready, call }: { ready: boolean; call: Calls["call"] }) {
  return (
    <Card endpoint={publicRoute} testId="call-public" disabled={!ready} onCall={() => call(publicRoute, "none")}>
      <p>Open to anyone. No token is sent.</p>
    </Card>
  );
}

/** Calls the route that needs a token, with it or, on purpose or for want of one, without. */
export function PrivateCard({ ready, call, session }: { ready: boolean; call: Calls["call"]; session: Session }) {
  const [bare, setBare] = useState(false);
  const signedIn = session.kind === "signedIn";
  const credential: Credential = signedIn && !bare ? "token" : "none";
  return (
    <Card
      endpoint={privateRoute}
      testId="call-private"
      disabled={!ready || session.kind === "starting"}
      onCall={() => call(privateRoute, credential)}
    >
      <p>Answers only a valid access token that holds the route’s scope. Worth a try without one, too.</p>
      {signedIn && (
        <label className="check">
          <input
            type="checkbox"
            data-testid="without-token"
            checked={bare}
            onChange={(event) => setBare(event.currentTarget.checked)}
          />
          Leave the token out
        </label>
      )}
    </Card>
  );
}

interface CardProps {
  endpoint: Endpoint;
  testId: string;
  disabled: boolean;
  onCall: () => Promise<void>;
  children: ReactNode;
}

function Card({ endpoint, testId, disabled, onCall, children }: CardProps) {
  return (
    <article className="card">
      <h3>
        <span className="method">{endpoint.method}</span> <code>{endpoint.path}</code>
      </h3>
      {children}
      <button type="button" className="primary" data-testid={testId} disabled={disabled} onClick={() => void onCall()}>
        Call {endpoint.path}
      </button>
    </article>
  );
}
