import { useEffect, useRef, useState } from "react";
import type { DataAction, PerformData } from "./data-action";
import type { Data } from "./data-model";
import { endedWork } from "./resources";
import { get, post, type Result } from "./server";
import type { Store } from "./store";

/** The overview is polled as well: messages become visible, and the AWS command line changes data, without an event. */
const pollMillis = 2000;
/** Changes by invocations are read at most this often. */
const settleMillis = 250;

export interface DataState {
  data: Data | undefined;
  problem: string | undefined;
  /** What the last change did, or why it was refused. */
  notice: Notice;
  /** Changes whenever the resources' contents may have changed. */
  version: number;
  /** Undefined until the stream has sent the token. */
  perform: PerformData | undefined;
}

export interface Notice {
  text: string;
  refused: boolean;
}

/** The resources, kept up to date, and their changes. */
export function useData(store: Store, chosen: string): DataState {
  const [data, setData] = useState<Data>();
  const [problem, setProblem] = useState<string>();
  const [notice, setNotice] = useState({ text: "", refused: false, about: "" });
  const [own, setOwn] = useState(0);
  const ended = useSettled(endedWork(store.requests));
  const version = own + ended + store.deployed;
  useEffect(() => {
    const poll = () =>
      void get<Data>("/api/data").then((result) => {
        if (result.kind === "ok") setData(result.value);
        setProblem(result.kind === "ok" ? undefined : result.text);
      });
    poll();
    const timer = setInterval(poll, pollMillis);
    return () => clearInterval(timer);
  }, [version]);
  const change = async (action: DataAction): Promise<string> => {
    const result = await post<{ done: string }>("/api/data", store.token, action);
    const text = result.kind === "ok" ? result.value.done : result.text;
    setNotice({ text, refused: result.kind !== "ok", about: chosen });
    if (result.kind === "ok") setOwn((before) => before + 1);
    return result.kind === "ok" ? "" : text;
  };
  const shown = notice.about === chosen ? notice : { text: "", refused: false };
  return { data, problem, notice: shown, version, perform: store.token === "" ? undefined : change };
}

/** Counts the changes of a text, those that follow each other closely as one. */
function useSettled(text: string): number {
  const [count, setCount] = useState(0);
  const latest = useRef(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (text === latest.current) return;
    latest.current = text;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setCount((before) => before + 1);
    }, settleMillis);
  }, [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return count;
}

/** The server's answer to a query about content, fetched again when the content may have changed. */
export function useContent<T>(path: string, token: string, question: object, version: string): Result<T> | undefined {
  const [answer, setAnswer] = useState<{ about: string; result: Result<T> }>();
  const about = JSON.stringify(question);
  useEffect(() => {
    if (token === "") return undefined;
    let stale = false;
    void post<T>(path, token, question).then((result) => {
      if (!stale) setAnswer({ about, result });
    });
    return () => {
      stale = true;
    };
  }, [path, token, about, version]);
  return answer?.about === about ? answer.result : undefined;
}
