// One token, decoded: how long it lasts, and what each claim says.
import { decodeToken, timeClaim, type Claims } from "../../../shared/jwt";
import type { Notice, TokenResult } from "../session";
import { localTime, timeLeft } from "../../../shared/time";
import { ClaimList } from "../../../shared/parts/claim-list";
import { CopyButton } from "../../../shared/parts/copy-button";

const words = {
  access: {
    title: "Access token",
    purpose: "Sent to the API with each private call. The API’s authorizer verifies it; this page only reads it.",
    testId: "access-claims",
    leftTestId: "time-left",
  },
  id: {
    title: "ID token",
    purpose: "Tells this site who is signed in. It is not sent to the API.",
    testId: "id-claims",
    leftTestId: "id-time-left",
  },
};

export interface TokenPanelProps {
  kind: "access" | "id";
  /** Undefined while loading. */
  result: TokenResult | undefined;
  nowMillis: number;
  signIn: () => void;
  /** Shows a button to renew the token. */
  onRenew?: () => void;
  renewing?: boolean;
  /** Why the last renewal failed. */
  problem?: Notice | undefined;
}

/** A token in any state: loading, refused, opaque, or decoded. The token itself is never on the page. */
export function TokenPanel(props: TokenPanelProps) {
  const { title, purpose } = words[props.kind];
  return (
    <section
      className="token"
      aria-labelledby={`${props.kind}-token`}
      aria-busy={props.result === undefined || props.renewing}
    >
      <h2 id={`${props.kind}-token`}>{title}</h2>
      <p className="muted">{purpose}</p>
      <TokenContent {...props} />
    </section>
  );
}

function TokenContent(props: TokenPanelProps) {
  const { result } = props;
  if (result === undefined) return <p role="status">Loading…</p>;
  if (result.kind === "refused") return <Refusal notice={result.notice} signIn={props.signIn} />;
  return (
    <>
      {props.problem !== undefined && <Refusal notice={props.problem} signIn={props.signIn} />}
      <Decoded {...props} token={result.token} />
    </>
  );
}

function Refusal({ notice, signIn }: { notice: Notice; signIn: () => void }) {
  return (
    <div className="reason refused" role="alert" data-code={notice.code}>
      <p>
        <strong>{notice.title}.</strong> {notice.text}
      </p>
      <button type="button" className="quiet" onClick={signIn}>
        Sign in again
      </button>
    </div>
  );
}

function Decoded({ token, kind, nowMillis, onRenew, renewing = false }: TokenPanelProps & { token: string }) {
  const decoded = decodeToken(token);
  const actions = (
    <p className="actions">
      {onRenew !== undefined && (
        <button type="button" className="quiet" onClick={onRenew} disabled={renewing}>
          {renewing ? "Renewing…" : "Renew now"}
        </button>
      )}
      <CopyButton text={token} label="Copy the token" />
    </p>
  );
  if (decoded.kind !== "jwt") {
    return (
      <>
        <p data-testid={words[kind].testId}>
          {decoded.kind === "broken" ? decoded.problem : opaqueText(decoded.encrypted)}
        </p>
        {actions}
      </>
    );
  }
  return (
    <>
      <Lifetime claims={decoded.claims} nowMillis={nowMillis} testId={words[kind].leftTestId} />
      {actions}
      <ClaimList claims={decoded.claims} header={decoded.header} testId={words[kind].testId} />
    </>
  );
}

function opaqueText(encrypted: boolean): string {
  const shape = encrypted ? "This token is encrypted" : "This token is opaque: a random string";
  return `${shape} that only the tenant can read. The API’s authorizer refuses it. The tenant issues one if the sign-in names no audience; check auth0.audience in /config.json.`;
}

function Lifetime({ claims, nowMillis, testId }: { claims: Claims; nowMillis: number; testId: string }) {
  const exp = timeClaim(claims, "exp");
  const iat = timeClaim(claims, "iat");
  const left = exp === undefined ? { expired: false, text: "It never expires." } : timeLeft(exp, nowMillis);
  return (
    <div className="lifetime">
      <p className={left.expired ? "left expired" : "left"}>
        <span className="label">Time left</span>
        <span role="timer" data-testid={testId}>
          {left.text}
        </span>
      </p>
      <dl>
        <Instant label="Issued" seconds={iat} />
        <Instant label="Expires" seconds={exp} />
      </dl>
    </div>
  );
}

function Instant({ label, seconds }: { label: string; seconds: number | undefined }) {
  const text = seconds === undefined ? undefined : localTime(seconds);
  if (text === undefined) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{text}</dd>
    </div>
  );
}
