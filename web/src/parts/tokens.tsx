// Both tokens of the person who is signed in. Loaded when it is first shown: nothing before that needs it.
import { useCallback, useEffect, useState } from "react";
import type { Auth, TokenResult } from "../session";
import { useNow } from "../time";
import { TokenPanel } from "./token-panel";

export default function Tokens({ auth, now }: { auth: Auth; now: () => number }) {
  const { id, access, renewing, renew } = useTokens(auth);
  const millis = useNow(now);
  return (
    <div className="tokens">
      <TokenPanel
        kind="access"
        result={access}
        nowMillis={millis}
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
}

/** Both tokens, and a way to renew them. Undefined while they are being fetched. */
function useTokens(auth: Auth) {
  const [tokens, setTokens] = useState<TokenState>({});
  const [renewing, setRenewing] = useState(false);
  const load = useCallback(
    async (fresh: boolean) => {
      setRenewing(fresh);
      // In this order: renewing the access token renews the ID token with it.
      const access = await auth.accessToken(fresh);
      setTokens({ access, id: await auth.idToken() });
      setRenewing(false);
    },
    // Asking for a token makes the SDK report a new Auth with the same functions: following it would never end.
    [],
  );
  useEffect(() => void load(false), [load]);
  return { ...tokens, renewing, renew: () => void load(true) };
}
