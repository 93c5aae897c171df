// The logs of all functions, live.
import { useState } from "react";
import { filterLines, levels, type LineFilter } from "../filter";
import { useCleared } from "../storage";
import type { Line } from "../model";
import { ClearButton } from "../parts/clear-button";
import { FilterField } from "../parts/filter-field";
import { LogLines } from "../parts/log-lines";
import { saveFile } from "../parts/save";
import { useParam } from "../address";
import { logText } from "../text";
import type { ViewProps } from "./view";

export function Logs({ store }: ViewProps) {
  const { filter, platform, fields } = useLineFilter(store.lines);
  const [frozen, setFrozen] = useState<Line[]>();
  const cleared = useCleared("lines");
  const lines = (frozen ?? store.lines).filter(({ kind, at }) => at > cleared.at && (platform || kind !== "platform"));
  const found = filterLines(lines, filter);
  const count = found.filter(({ kind }) => kind !== "cut").length;
  return (
    <section className="whole tall" aria-labelledby="logs">
      <h1 id="logs">Logs</h1>
      <div className="tools">
        {fields}
        <button
          type="button"
          className="quiet"
          aria-pressed={frozen !== undefined}
          onClick={() => setFrozen(frozen === undefined ? store.lines : undefined)}
        >
          {frozen === undefined ? "Pause" : "Resume"}
        </button>
        <ClearButton cleared={cleared} what="lines" />
        <button
          type="button"
          className="quiet"
          data-testid="download"
          disabled={found.length === 0}
          onClick={() => saveFile("logs.txt", "text/plain", logText(found))}
        >
          Download
        </button>
        <span className="muted" role="status" data-testid="line-count">
          {count} {count === 1 ? "line" : "lines"}
        </span>
      </div>
      {count === 0 ? (
        <p className="nothing muted">
          {lines.length === 0 ? "No function has written a line yet." : "No line matches."}
        </p>
      ) : (
        <LogLines lines={found.slice().reverse()} named label="Lines, the newest first" testId="log" />
      )}
    </section>
  );
}

/** The filter, stored in the page's address, and its fields. */
function useLineFilter(lines: Line[]) {
  const [words, setWords] = useParam("q");
  const [name, setName] = useParam("function");
  const [level, setLevel] = useParam("level");
  const [from, setFrom] = useParam("from");
  const [to, setTo] = useParam("to");
  const [platform, setPlatform] = useParam("platform");
  const names = Array.from(new Set(lines.map((line) => line.function).concat(name)))
    .filter(Boolean)
    .sort();
  const filter: LineFilter = { words, function: name, level, from, to };
  const fields = (
    <>
      <FilterField words={words} onWords={(text) => setWords(text, "replace")} label="Search in all lines" />
      <select
        aria-label="Function"
        data-testid="function"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      >
        <option value="">All functions</option>
        {names.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <select
        aria-label="Level"
        data-testid="level"
        value={level}
        onChange={(event) => setLevel(event.currentTarget.value)}
      >
        <option value="">All levels</option>
        {levels.slice(1).map((one) => (
          <option key={one} value={one}>
            {one === "ERROR" ? one : `${one} and worse`}
          </option>
        ))}
      </select>
      <TimeField label="From" time={from} onTime={setFrom} />
      <TimeField label="To" time={to} onTime={setTo} />
      <label className="check">
        <input
          type="checkbox"
          checked={platform !== ""}
          onChange={(event) => setPlatform(event.currentTarget.checked ? "1" : "")}
        />
        START, END, REPORT
      </label>
    </>
  );
  return { filter, platform: platform !== "", fields };
}

function TimeField({
  label,
  time,
  onTime,
}: {
  label: string;
  time: string;
  onTime: (time: string, how: "replace") => void;
}) {
  return (
    <label className="field">
      {label}
      <input
        type="time"
        step="1"
        data-testid={label.toLowerCase()}
        value={time}
        onInput={(event) => onTime(event.currentTarget.value, "replace")}
      />
    </label>
  );
}
