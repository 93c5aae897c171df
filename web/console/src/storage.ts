// The only file that uses the browser's storage: the tab's state in sessionStorage, preferences in localStorage.
import { useEffect, useState } from "react";
import { withoutSecrets, type ExplorerState } from "./explorer-state";

/** Changes with the format of the stored state. */
const name = "explorer 1";

/** The explorer's state, restored after a reload. */
export function useExplorerState(): [ExplorerState, (change: (before: ExplorerState) => ExplorerState) => void] {
  const [state, setState] = useState(load);
  useEffect(() => save(withoutSecrets(state)), [state]);
  return [state, setState];
}

function load(): ExplorerState {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "") as ExplorerState;
  } catch {
    return { sent: [] };
  }
}

/** Stores the state, with as many of the latest calls as the storage takes. */
function save(state: ExplorerState): void {
  try {
    sessionStorage.setItem(name, JSON.stringify(state));
  } catch {
    if (state.sent.length > 0) save({ ...state, sent: state.sent.slice(0, Math.floor(state.sent.length / 2)) });
  }
}

/** When a list was cleared, in milliseconds since 1970; 0 if it was not. */
export interface Cleared {
  at: number;
  clear: () => void;
  restore: () => void;
}

/** Clears a list on this page only; the local cloud keeps its entries. */
export function useCleared(list: "requests" | "lines"): Cleared {
  const [at, setAt] = useState(() => Number(sessionStorage.getItem(`cleared ${list}`)) || 0);
  const change = (time: number) => {
    sessionStorage.setItem(`cleared ${list}`, String(time));
    setAt(time);
  };
  return { at, clear: () => change(Date.now()), restore: () => change(0) };
}

/** Whether keyboard shortcuts are on. */
export function useKeysOn(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem("keys") !== "off");
  const change = (next: boolean) => {
    localStorage.setItem("keys", next ? "on" : "off");
    setOn(next);
  };
  return [on, change];
}
