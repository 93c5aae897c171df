// Who can sign in, who is signed in, what was issued; and what makes a sign-in end, for trying out what the site does then.
import { useEffect, useState, type ReactNode } from "react";
import { decodeToken } from "../../../src/jwt";
import { ClaimList } from "../../../src/parts/claim-list";
import type { Grant, Tenant, Token } from "../model";
import { get, post, type Result } from "../server";
import { clockText } from "../text";
import type { ViewProps } from "./view";

/** People sign in at the tenant's own pages, which tell this one nothing. */
const lookMillis = 2000;

/** Undefined until the stream has brought the token, without which nothing is changed. */
type Do = ((what: string, id?: string) => void) | undefined;

export function TenantView({ store }: ViewProps) {
  const { tenant, problem, act } = useTenant(store.token);
  if (tenant === undefined) return <p className="nothing muted">{problem ?? "Asking the tenant…"}</p>;
  return (
    <section className="whole stack" aria-labelledby="tenant">
      <h1 id="tenant">Tenant</h1>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <Users tenant={tenant} />
      <Sessions tenant={tenant} act={act} />
      <Grants grants={tenant.grants ?? []} act={act} />
      <Keys keys={tenant.keys ?? []} act={act} />
      <Tokens tokens={tenant.tokens ?? []} />
    </section>
  );
}

function useTenant(token: string) {
  const [tenant, setTenant] = useState<Tenant>();
  const [problem, setProblem] = useState<string>();
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
  const change = (what: string, id = "") => void post<Tenant>("/api/tenant", token, { do: what, id }).then(take);
  const act: Do = token === "" ? undefined : change;
  return { tenant, problem, act };
}

function Act({ act, what, id, label }: { act: Do; what: string; id?: string; label: string }) {
  return (
    <button type="button" className="quiet" data-testid={what} disabled={act === undefined} onClick={() => act?.(what, id)}>
      {label}
    </button>
  );
}

function Users({ tenant }: { tenant: Tenant }) {
  return (
    <List title="Users" heads={["E-mail", "Name", "User ID"]} empty="Nobody can sign in." testId="users">
      {tenant.users?.map(({ id, email, name }) => (
        <tr key={id}>
          <td>{email}</td>
          <td>{name}</td>
          <td>
            <code>{id}</code>
          </td>
        </tr>
      ))}
    </List>
  );
}

function Sessions({ tenant, act }: { tenant: Tenant; act: Do }) {
  return (
    <List title="Sessions" heads={["User", "Signed in", "Last seen", ""]} empty="No browser is signed in." testId="sessions">
      {tenant.sessions?.map(({ id, user, signedIn, lastSeen }) => (
        <tr key={id}>
          <td>{user}</td>
          <td>{clockText(signedIn)}</td>
          <td>{clockText(lastSeen)}</td>
          <td className="do">
            <Act act={act} what="end-session" id={id} label="End" />
          </td>
        </tr>
      ))}
    </List>
  );
}

function Grants({ grants, act }: { grants: Grant[]; act: Do }) {
  return (
    <List
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
            {grant.revoked ? (
              <strong data-testid="revoked">Revoked</strong>
            ) : (
              <>
                <Act act={act} what="expire" id={grant.id} label="Expire" />
                <Act act={act} what="revoke" id={grant.id} label="Revoke" />
              </>
            )}
          </td>
        </tr>
      ))}
    </List>
  );
}

function renewals({ refreshed }: Grant): string {
  return refreshed === 0 ? "never" : refreshed === 1 ? "once" : `${refreshed} times`;
}

function Keys({ keys, act }: { keys: string[]; act: Do }) {
  return (
    <List title="Signing keys" heads={["Key ID", "Use", ""]} empty="No key." testId="keys">
      {keys.map((id, i) => (
        <tr key={id}>
          <td>
            <code>{id}</code>
          </td>
          <td>{i === 0 ? "signs" : "still verifies"}</td>
          <td className="do">
            {i === 0 && <Act act={act} what="rotate-keys" label="Rotate" />}
          </td>
        </tr>
      ))}
    </List>
  );
}

function Tokens({ tokens }: { tokens: Token[] }) {
  return (
    <section className="block" aria-labelledby="tokens">
      <h2 id="tokens">Tokens issued</h2>
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
    </section>
  );
}

function Decoded({ token }: { token: Token }) {
  const decoded = decodeToken(`${token.text}.`);
  if (decoded.kind !== "jwt") return <p>It cannot be decoded.</p>;
  return <ClaimList claims={decoded.claims} header={decoded.header} testId="issued-claims" />;
}

interface ListProps {
  title: string;
  heads: string[];
  empty: string;
  testId: string;
  children: ReactNode[] | undefined;
}

function List({ title, heads, empty, testId, children }: ListProps) {
  return (
    <section className="block" aria-label={title}>
      <h2>{title}</h2>
      {children === undefined || children.length === 0 ? (
        <p className="muted">{empty}</p>
      ) : (
        <div className="scroll">
          <table className="differences list" data-testid={testId}>
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col">
                    {head === "" ? <span className="visually-hidden">Actions</span> : head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}
