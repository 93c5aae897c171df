interface FilterFieldProps {
  words: string;
  onWords: (words: string) => void;
  label: string;
  /** The placeholder, if the label is too long for one. */
  short?: string;
}

export function FilterField({ words, onWords, label, short = label }: FilterFieldProps) {
  return (
    <input
      type="search"
      className="filter"
      data-testid="filter"
      value={words}
      placeholder={short}
      aria-label={label}
      onInput={(event) => onWords(event.currentTarget.value)}
    />
  );
}
