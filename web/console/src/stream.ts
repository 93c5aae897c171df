// The only file that reads the server's event stream. The browser reconnects by itself and sends the ID of the last event.
import { useEffect, useState } from "react";
import type { Line, Live, Request } from "./model";
import { empty, reduce, type Store, type StreamEvent } from "./store";

/** Events are applied in batches, so that a burst renders the page only a few times a second. */
const batchMillis = 40;

export function useStore(url: string): Store {
  const [store, setStore] = useState(empty);
  useEffect(() => {
    const pending: StreamEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onEvent = (event: StreamEvent) => {
      pending.push(event);
      timer ??= setTimeout(() => {
        timer = undefined;
        const events = pending.splice(0);
        setStore((before) => reduce(before, events));
      }, batchMillis);
    };
    const close = listen(url, onEvent);
    return () => {
      close();
      clearTimeout(timer);
    };
  }, [url]);
  return store;
}

/** What the server sends, by the names of its events. */
interface Messages {
  start: { token: string };
  status: { deployed: number; problem: string; warnings: string; data: boolean; live: Live };
  request: Request;
  line: Line;
}

function listen(url: string, onEvent: (event: StreamEvent) => void): () => void {
  const source = new EventSource(url);
  const on = <Name extends keyof Messages>(name: Name, eventOf: (data: Messages[Name]) => StreamEvent) =>
    source.addEventListener(name, ({ data }: MessageEvent<string>) =>
      onEvent(eventOf(JSON.parse(data) as Messages[Name])),
    );
  on("start", ({ token }) => ({ kind: "start", token }));
  on("status", (status) => ({ kind: "status", ...status }));
  on("request", (request) => ({ kind: "request", request }));
  on("line", (line) => ({ kind: "line", line }));
  source.onopen = () => onEvent({ kind: "connected", connected: true });
  // The browser does not retry after a refusal, only after a lost connection.
  source.onerror = () =>
    onEvent({ kind: "connected", connected: false, refused: source.readyState === EventSource.CLOSED });
  return () => source.close();
}
