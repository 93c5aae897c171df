// Users, sessions, grants, keys and tokens of the local tenant, and actions that end a sign-in, for trying how the site
// reacts.
import { useEffect, useRef, useState } from "react";
import { decodeToken } from "../../../shared/jwt";
import { ClaimList } from "../../../shared/parts/claim-list";
import type { Grant, Session, Tenant, Token } from "../model";
import { ActionButton, TenantList, TenantSection } from "../parts/tenant-list";
import { get, post, type Result } from "../server";
import { doneText, type TenantAction } from "../tenant-action";
import { clockText } from "../text";
import { Users } from "./tenant-users";
import type { ViewProps } from "./view";

/** The tenant is polled: sign-ins happen on its own pages, which do not notify this one. */
const pollMillis = 2000;

/** Returns why the action was refused, or "". Undefined until the stream has sent the token that changes require. */
type Perform = ((action: TenantAction) => Promise<string>) | undefined;

export function TenantView({ store }: ViewProps) {
  const { tenant, problem, notice, perform } = useTenant(store.token);
  if (tenant === undefined) return <p className="nothing muted">{problem ?? "Loading the tenant…"}</p>;
  return (
    <section className="whole stack" aria-labelledby="tenant">
      <h1 id="tenant">Tenant</h1>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <Notice text={notice} rows={tenant} />
      <Users users={tenant.users ?? []} roles={tenant.roles ?? []} perform={perform} />
      <Sessions sessions={tenant.sessions ?? []} perform={perform} />
      <Grants grants={tenant.grants ?? []} perform={perform} />
      <Keys keys={tenant.keys ?? []} perform={perform} />
      <Tokens tokens={tenant.tokens ?? []} />
    </section>
  );
}

function useTenant(token: string) {
  const [tenant, setTenant] = useState<Tenant>();
  const [problem, setProblem] = useState<string>();
  const [notice, setNotice] = useState("");
  const take = (result: Result<Tenant>) => {
    if (result.kind === "ok") setTenant(result.value);
    setProblem(result.kind === "ok" ? undefined : result.text);
  };
  useEffect(() => {
    const poll = () => void get<Tenant>("/api/tenant").then(take);
    poll();
    const timer = setInterval(poll, pollMillis);
    return () => clearInterval(timer);
  }, []);
  const change = async (action: TenantAction): Promise<string> => {
    const result = await post<Tenant>("/api/tenant", token, action);
    if (result.kind === "ok") setTenant(result.value);
    setNotice(result.kind === "ok" ? doneText(action) : `Refused: ${result.text}.`);
    return result.kind === "ok" ? "" : result.text;
  };
  const perform: Perform = token === "" ? undefined : change;
  return { tenant, problem, notice, perform };
}

/** The last change. It takes the focus if the button that made the change has disappeared with its row. */
function Notice({ text, rows }: { text: string; rows: unknown }) {
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (text !== "" && document.activeElement === document.body) place.current?.focus();
  }, [text, rows]);
  return (
    <p
      className={text === "" ? "visually-hidden" : "why good"}
      role="status"
      tabIndex={-1}
      ref={place}
      data-testid="done"
    >
      {text}
    </p>
  );
}

function Sessions({ sessions, perform }: { sessions: Session[]; perform: Perform }) {
  return (
    <TenantSection title="Sessions">
      <TenantList
        title="Sessions"
        heads={["User", "Signed in", "Last seen", ""]}
        empty="No browser is signed in."
        testId="sessions"
      >
        {sessions.map(({ id, user, signedIn, lastSeen }) => (
          <tr key={id}>
            <td>{user}</td>
            <td>{clockText(signedIn)}</td>
            <td>{clockText(lastSeen)}</td>
            <td className="do">
              <ActionButton
                label="End"
                whose={`session of ${user}, signed in ${clockText(signedIn)}`}
                testId="end-session"
                onAction={perform && (() => void perform({ do: "end-session", id, user }))}
              />
            </td>
          </tr>
        ))}
      </TenantList>
    </TenantSection>
  );
}

function Grants({ grants, perform }: { grants: Grant[]; perform: Perform }) {
  return (
    <TenantSection title="Grants">
      <TenantList
        title="Grants"
        heads={["User", "Scopes", "Signed in", "Renewed", ""]}
        empty="No token was issued yet. Sign in on the site."
        testId="grants"
      >
        {grants.map((grant) => (
          <tr key={grant.id}>
            <td>{grant.user}</td>
            <td>{grant.scopes?.join(" ")}</td>
            <td>{clockText(grant.signedIn)}</td>
            <td>{renewals(grant)}</td>
            <td className="do">
              <GrantActions grant={grant} perform={perform} />
            </td>
          </tr>
        ))}
      </TenantList>
    </TenantSection>
  );
}

function GrantActions({
  grant: { id, user, signedIn, revoked, expired },
  perform,
}: {
  grant: Grant;
  perform: Perform;
}) {
  if (revoked) return <strong data-testid="revoked">Revoked</strong>;
  const button = (label: string, what: "expire" | "revoke") => (
    <ActionButton
      label={label}
      whose={`grant of ${user}, signed in ${clockText(signedIn)}`}
      testId={what}
      onAction={perform && (() => void perform({ do: what, id, user }))}
    />
  );
  return (
    <>
      {expired ? <strong data-testid="expired">Expired</strong> : button("Expire", "expire")}
      {button("Revoke", "revoke")}
    </>
  );
}

function renewals({ refreshed }: Grant): string {
  return refreshed === 0 ? "never" : refreshed === 1 ? "once" : `${refreshed} times`;
}

function Keys({ keys, perform }: { keys: string[]; perform: Perform }) {
  return (
    <TenantSection title="Signing keys">
      <TenantList title="Signing keys" heads={["Key ID", "Use", ""]} empty="No key." testId="keys">
        {keys.map((id, i) => (
          <tr key={id}>
            <td>
              <code>{id}</code>
            </td>
            <td>{i === 0 ? "signs" : "still verifies"}</td>
            <td className="do">
              {i === 0 && (
                <ActionButton
                  label="Rotate"
                  whose="the signing keys"
                  testId="rotate-keys"
                  onAction={perform && (() => void perform({ do: "rotate-keys" }))}
                />
              )}
            </td>
          </tr>
        ))}
      </TenantList>
    </TenantSection>
  );
}

function Tokens({ tokens }: { tokens: Token[] }) {
  return (
    <TenantSection title="Tokens issued">
      {tokens.length === 0 && <p className="muted">None yet.</p>}
      <div data-testid="tokens">
        {tokens.map((token) => (
          <details key={`${token.at} ${token.text}`} className="issued">
            <summary>
              {clockText(token.at)} <strong>{token.kind === "id" ? "ID token" : "Access token"}</strong> {token.user}
            </summary>
            <Decoded token={token} />
          </details>
        ))}
      </div>
    </TenantSection>
  );
}

function Decoded({ token }: { token: Token }) {
  const decoded = decodeToken(`${token.text}.`);
  if (decoded.kind !== "jwt") return <p>It cannot be decoded.</p>;
  return <ClaimList claims={decoded.claims} header={decoded.header} testId="issued-claims" />;
}
