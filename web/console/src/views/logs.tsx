// The logs of all functions, as they are written.
import { useState } from "react";
import { filterLines } from "../filter";
import type { Line } from "../model";
import { LogLines } from "../parts/log-lines";
import { Filter } from "./invocations";
import type { ViewProps } from "./view";

/** More than this is not on the page at once: it would slow it down. A filter reaches all. */
const shownLines = 1000;

export function Logs({ store }: ViewProps) {
  const [words, setWords] = useState("");
  const [name, setName] = useState("");
  const [platform, setPlatform] = useState(false);
  const [frozen, setFrozen] = useState<Line[]>();
  const lines = (frozen ?? store.lines).filter(({ kind }) => platform || kind !== "platform");
  const found = filterLines(lines, words, name);
  const names = Array.from(new Set(store.lines.map((line) => line.function))).sort();
  return (
    <section className="whole" aria-labelledby="logs">
      <h1 id="logs">Logs</h1>
      <div className="tools">
        <Filter words={words} onWords={setWords} label="Search in all lines" />
        <select aria-label="Function" value={name} onChange={(event) => setName(event.currentTarget.value)}>
          <option value="">All functions</option>
          {names.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <label className="check">
          <input type="checkbox" checked={platform} onChange={(event) => setPlatform(event.currentTarget.checked)} />
          START, END, REPORT
        </label>
        <button
          type="button"
          className="quiet"
          aria-pressed={frozen !== undefined}
          onClick={() => setFrozen(frozen === undefined ? store.lines : undefined)}
        >
          {frozen === undefined ? "Pause" : "Resume"}
        </button>
        <span className="muted" role="status" data-testid="line-count">
          {found.length} {found.length === 1 ? "line" : "lines"}
        </span>
      </div>
      {found.length === 0 ? (
        <p className="nothing muted">{lines.length === 0 ? "No function has written a line yet." : "No line matches."}</p>
      ) : (
        <LogLines lines={found.slice(-shownLines).reverse()} named testId="log" />
      )}
    </section>
  );
}
