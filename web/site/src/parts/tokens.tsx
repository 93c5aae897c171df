// Both tokens of the signed-in user. Loaded when it is first shown.
import { useCallback, useEffect, useState } from "react";
import type { Auth, Notice, TokenResult } from "../session";
import { useNow } from "../../../shared/time";
import { TokenPanel } from "./token-panel";

export default function Tokens({ auth, now }: { auth: Auth; now: () => number }) {
  const { id, access, problem, renewing, renew } = useTokens(auth);
  const millis = useNow(now);
  return (
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
  );
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
