// Both tokens of the signed-in user. Loaded when it is first shown.
import { useCallback, useEffect, useState } from "react";
import type { Api } from "../api";
import type { Auth, Notice, TokenResult } from "../session";
import { useNow } from "../../../shared/time";
import { TokenPanel } from "./token-panel";

export default function Tokens({ auth, api, now }: { auth: Auth; api?: Api; now: () => number }) {
  const { id, access, problem, renewing, renew } = useTokens(auth);
  const millis = useNow(now);
  const missing = useMissing(api, access);
  return (
    <>
      {missing !== "" && (
        <div className="reason refused" role="status" data-testid="missing-rights">
          <p>
            <strong>The tenant granted less than this site asks for.</strong> {missing}
          </p>
        </div>
      )}
      <div className="tokens">
        <TokenPanel
          kind="access"
          result={access}
          nowMillis={millis}
          problem={problem}
          onRenew={renew}
          renewing={renewing}
          signIn={auth.signIn}
        />
        <TokenPanel kind="id" result={id} nowMillis={millis} signIn={auth.signIn} />
      </div>
    </>
  );
}

/** Says which rights the access token lacks. */
function useMissing(api: Api | undefined, access: TokenResult | undefined): string {
  const [missing, setMissing] = useState("");
  useEffect(() => {
    if (access?.kind === "token") void api?.missingRights().then(setMissing);
  }, [api, access]);
  return missing;
}

interface TokenState {
  id?: TokenResult;
  access?: TokenResult;
  /** Why the access token could not be renewed. The present one stays: it is valid until it expires. */
  problem?: Notice;
}

/** The state after a request for tokens. */
function shown(before: TokenState, access: TokenResult, id: TokenResult): TokenState {
  if (access.kind === "token" || before.access?.kind !== "token") return { access, id };
  return { ...before, problem: access.notice };
}

/** Both tokens, undefined while loading, and a function to renew them. */
function useTokens(auth: Auth) {
  const [tokens, setTokens] = useState<TokenState>({});
  const [renewing, setRenewing] = useState(false);
  const load = useCallback(
    async (fresh: boolean) => {
      setRenewing(fresh);
      // In this order: renewing the access token renews the ID token with it.
      const access = await auth.accessToken(fresh);
      const id = await auth.idToken();
      setTokens((before) => shown(before, access, id));
      setRenewing(false);
    },
    // A token request makes the SDK report a new Auth with the same functions: depending on it would loop forever.
    [],
  );
  useEffect(() => void load(false), [load]);
  return { ...tokens, renewing, renew: () => void load(true) };
}
