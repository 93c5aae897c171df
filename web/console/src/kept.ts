// The one file that stores something: in this tab until it is closed, and what a person prefers in the browser.
import { useEffect, useState } from "react";
import { withoutSecrets, type ExplorerState } from "./explorer-state";

/** Another version of what is stored has another name. */
const name = "explorer 1";

/** The explorer's state, as the tab had it before a reload. */
export function useExplorerState(): [ExplorerState, (change: (before: ExplorerState) => ExplorerState) => void] {
  const [state, setState] = useState(stored);
  useEffect(() => store(withoutSecrets(state)), [state]);
  return [state, setState];
}

function stored(): ExplorerState {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "") as ExplorerState;
  } catch {
    return { sent: [] };
  }
}

/** As many of the latest calls as a browser stores. */
function store(state: ExplorerState): void {
  try {
    sessionStorage.setItem(name, JSON.stringify(state));
  } catch {
    if (state.sent.length > 0) store({ ...state, sent: state.sent.slice(0, Math.floor(state.sent.length / 2)) });
  }
}

/** Since when a list is shown, in milliseconds since 1970; 0: from its beginning. */
export interface Cleared {
  at: number;
  clear: () => void;
  restore: () => void;
}

/** Whether a list was cleared: on this page alone, the local cloud keeps what was in it. */
export function useCleared(list: "requests" | "lines"): Cleared {
  const [at, setAt] = useState(() => Number(sessionStorage.getItem(`cleared ${list}`)) || 0);
  const change = (time: number) => {
    sessionStorage.setItem(`cleared ${list}`, String(time));
    setAt(time);
  };
  return { at, clear: () => change(Date.now()), restore: () => change(0) };
}

/** Whether single keys do something: as this browser's person prefers it. */
export function useKeysOn(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem("keys") !== "off");
  const change = (next: boolean) => {
    localStorage.setItem("keys", next ? "on" : "off");
    setOn(next);
  };
  return [on, change];
}
