import { claimMeaning } from "../claim-meanings";
import { timeClaim, type Claims } from "../jwt";
import { localTime } from "../time";

/** All claims in the token's order, each with its meaning, and the header, collapsed. */
export function ClaimList({ claims, header, testId }: { claims: Claims; header: Claims; testId: string }) {
  return (
    <>
      <dl className="claims" data-testid={testId}>
        {Object.entries(claims).map(([name, value]) => (
          <Claim key={name} name={name} value={value} hint={timeText(claims, name)} />
        ))}
      </dl>
      <details>
        <summary>Header</summary>
        <dl className="claims">
          {Object.entries(header).map(([name, value]) => (
            <Claim key={name} name={name} value={value} />
          ))}
        </dl>
      </details>
    </>
  );
}

function Claim({ name, value, hint }: { name: string; value: unknown; hint?: string | undefined }) {
  const meaning = claimMeaning(name);
  return (
    <div data-claim={name}>
      <dt>
        <code>{name}</code>
        {meaning !== undefined && <span className="meaning">{meaning}</span>}
      </dt>
      <dd>
        <code>{valueText(value)}</code>
        {hint !== undefined && <span className="meaning">{hint}</span>}
      </dd>
    </div>
  );
}

/** Strings as they are, a list of strings with one per line, anything else as JSON. */
function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join("\n");
  return JSON.stringify(value, null, 2);
}

function timeText(claims: Claims, name: string): string | undefined {
  if (name !== "exp" && name !== "iat" && name !== "nbf" && name !== "auth_time") return undefined;
  const seconds = timeClaim(claims, name);
  return seconds === undefined ? undefined : localTime(seconds);
}
