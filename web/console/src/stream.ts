// The one file that listens to the server. The browser connects again by itself and says what it has seen last.
import { useEffect, useState } from "react";
import type { Line, Request } from "./model";
import { empty, reduce, type Store, type StreamEvent } from "./store";

/** Events are shown together, so that a flood of them paints the page but a few times a second. */
const gatherMillis = 40;

export function useStore(url: string): Store {
  const [store, setStore] = useState(empty);
  useEffect(() => {
    const waiting: StreamEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = (event: StreamEvent) => {
      waiting.push(event);
      timer ??= setTimeout(() => {
        timer = undefined;
        const events = waiting.splice(0);
        setStore((before) => reduce(before, events));
      }, gatherMillis);
    };
    const close = listen(url, take);
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
  status: { deployed: number; problem: string };
  request: Request;
  line: Line;
}

function listen(url: string, take: (event: StreamEvent) => void): () => void {
  const source = new EventSource(url);
  const on = <Name extends keyof Messages>(name: Name, eventOf: (data: Messages[Name]) => StreamEvent) =>
    source.addEventListener(name, ({ data }: MessageEvent<string>) =>
      take(eventOf(JSON.parse(data) as Messages[Name])),
    );
  on("start", ({ token }) => ({ kind: "start", token }));
  on("status", ({ deployed, problem }) => ({ kind: "status", deployed, problem }));
  on("request", (request) => ({ kind: "request", request }));
  on("line", (line) => ({ kind: "line", line }));
  source.onopen = () => take({ kind: "connected", connected: true });
  // A browser that is refused does not try again; one that lost its connection does.
  source.onerror = () =>
    take({ kind: "connected", connected: false, refused: source.readyState === EventSource.CLOSED });
  return () => source.close();
}
