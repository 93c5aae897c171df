import { useEffect, useState } from "react";
import type { Request } from "../model";
import { durationText } from "../text";

const tickMillis = 100;

/** How long a request took, or has been running. The server and the browser share this machine's clock. */
export function Elapsed({ request: { running, at, took } }: { request: Request }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), tickMillis);
    return () => clearInterval(timer);
  }, [running]);
  return <>{running ? `${(Math.max(0, now - at) / 1000).toFixed(1)} s` : durationText(took)}</>;
}
