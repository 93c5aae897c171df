import { useEffect, useState } from "react";
import { get } from "./server";

/** Fetches a value from the server, again after each deployment. Both fields are undefined until the first answer. */
export function useFetched<T>(path: string, deployed: number): { value?: T; problem?: string } {
  const [state, setState] = useState<{ value?: T; problem?: string }>({});
  useEffect(() => {
    void get<T>(path).then((result) =>
      setState(result.kind === "ok" ? { value: result.value } : { problem: result.text }),
    );
  }, [path, deployed]);
  return state;
}
