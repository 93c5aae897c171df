import { useState } from "react";
import { post } from "./server";

/** Calls a function and selects the new request. `ready` is false until the stream has sent the token. */
export function useInvoke(path: string, token: string, onSelect: (id: string) => void) {
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const invoke = async (body: unknown = {}) => {
    setProblem(undefined);
    setBusy(true);
    const result = await post<{ id: string }>(path, token, body);
    setBusy(false);
    if (result.kind === "ok") onSelect(result.value.id);
    else setProblem(result.text);
  };
  return { busy, ready: token !== "" && !busy, problem, invoke };
}
