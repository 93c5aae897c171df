import type { Pair } from "../call";

interface PairsProps {
  title: string;
  pairs: Pair[];
  onPairs: (pairs: Pair[]) => void;
}

/** Edits names and values in rows, which can be added and removed. */
export function Pairs({ title, pairs, onPairs }: PairsProps) {
  const change = (at: number, part: Partial<Pair>) =>
    onPairs(pairs.map((pair, i) => (i === at ? { ...pair, ...part } : pair)));
  return (
    <fieldset className="pairs">
      <legend>{title}</legend>
      {pairs.map(({ name, value }, i) => (
        <div className="line" key={i}>
          <input
            aria-label={`${title}: name ${i + 1}`}
            placeholder="name"
            spellCheck={false}
            value={name}
            onInput={(event) => change(i, { name: event.currentTarget.value })}
          />
          <input
            className="filter"
            aria-label={`${title}: value ${i + 1}`}
            placeholder="value"
            spellCheck={false}
            value={value}
            onInput={(event) => change(i, { value: event.currentTarget.value })}
          />
          <button
            type="button"
            className="link"
            aria-label={`${title}: remove ${name === "" ? `row ${i + 1}` : name}`}
            onClick={() => onPairs(pairs.filter((_, other) => other !== i))}
          >
            Remove
          </button>
        </div>
      ))}
      <button
        type="button"
        className="link"
        data-testid={`add-${title.toLowerCase()}`}
        onClick={() => onPairs([...pairs, { name: "", value: "" }])}
      >
        Add to the {title.toLowerCase()}
      </button>
    </fieldset>
  );
}
