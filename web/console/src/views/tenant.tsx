// Who can sign in, who is signed in, what was issued; and what makes a sign-in end, for trying out what the site does then.
import { useEffect, useRef, useState } from "react";
import { decodeToken } from "../../../shared/jwt";
import { ClaimList } from "../../../shared/parts/claim-list";
import type { Grant, Session, Tenant, Token } from "../model";
import { ActButton, TenantList, TenantSection } from "../parts/tenant-list";
import { get, post, type Result } from "../server";
import { doneText, type Act } from "../tenant-act";
import { clockText } from "../text";
import { Users } from "./tenant-users";
import type { ViewProps } from "./view";

/** People sign in at the tenant's own pages, which tell this one nothing. */
const lookMillis = 2000;

/** Undefined until the stream has brought the token, without which nothing is changed. */
type Do = ((act: Act) => Promise<string>) | undefined;

export function TenantView({ store }: ViewProps) {
  const { tenant, problem, notice, act } = useTenant(store.token);
  if (tenant === undefined) return <p className="nothing muted">{problem ?? "Asking the tenant…"}</p>;
  return (
    <section className="whole stack" aria-labelledby="tenant">
      <h1 id="tenant">Tenant</h1>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <Notice text={notice} rows={tenant} />
      <Users users={tenant.users ?? []} act={act} />
      <Sessions sessions={tenant.sessions ?? []} act={act} />
      <Grants grants={tenant.grants ?? []} act={act} />
      <Keys keys={tenant.keys ?? []} act={act} />
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
    const look = () => void get<Tenant>("/api/tenant").then(take);
    look();
    const timer = setInterval(look, lookMillis);
    return () => clearInterval(timer);
  }, []);
  const change = async (act: Act): Promise<string> => {
    const result = await post<Tenant>("/api/tenant", token, act);
    if (result.kind === "ok") setTenant(result.value);
    setNotice(result.kind === "ok" ? doneText(act) : `Refused: ${result.text}.`);
    return result.kind === "ok" ? "" : result.text;
  };
  const act: Do = token === "" ? undefined : change;
  return { tenant, problem, notice, act };
}

/** What was done last. It takes the focus where the button that did it has gone with its row. */
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

function Sessions({ sessions, act }: { sessions: Session[]; act: Do }) {
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
              <ActButton
                label="End"
                whose={`session of ${user}, signed in ${clockText(signedIn)}`}
                testId="end-session"
                onAct={act && (() => void act({ do: "end-session", id, user }))}
              />
            </td>
          </tr>
        ))}
      </TenantList>
    </TenantSection>
  );
}

function Grants({ grants, act }: { grants: Grant[]; act: Do }) {
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
              <GrantActs grant={grant} act={act} />
            </td>
          </tr>
        ))}
      </TenantList>
    </TenantSection>
  );
}

function GrantActs({ grant: { id, user, signedIn, revoked, expired }, act }: { grant: Grant; act: Do }) {
  if (revoked) return <strong data-testid="revoked">Revoked</strong>;
  const button = (label: string, what: "expire" | "revoke") => (
    <ActButton
      label={label}
      whose={`grant of ${user}, signed in ${clockText(signedIn)}`}
      testId={what}
      onAct={act && (() => void act({ do: what, id, user }))}
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

function Keys({ keys, act }: { keys: string[]; act: Do }) {
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
                <ActButton
                  label="Rotate"
                  whose="the signing keys"
                  testId="rotate-keys"
                  onAct={act && (() => void act({ do: "rotate-keys" }))}
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
