import { useState } from "react";
import type { ItemQuery, Key, Table } from "../data-model";

interface QueryFormProps {
  table: Table;
  query: ItemQuery;
  onQuery: (query: ItemQuery) => void;
}

const operators = ["", "=", "<", "<=", ">", ">=", "begins_with", "between"];

/** Asks for all items, or for those with a partition key, of the table or one of its indexes. */
export function QueryForm({ table, query, onQuery }: QueryFormProps) {
  const [draft, setDraft] = useState(query);
  const key = table.indexes?.find(({ name }) => name === draft.index)?.key ?? table.key;
  const change = (part: Partial<ItemQuery>) => setDraft({ ...draft, ...part });
  return (
    <form
      className="line query-form"
      aria-label="Which items"
      onSubmit={(event) => {
        event.preventDefault();
        onQuery({ ...draft, byKey: draft.hash !== "" });
      }}
    >
      {(table.indexes ?? []).length > 0 && (
        <label className="field">
          From
          <select
            data-testid="query-index"
            value={draft.index}
            onChange={(event) => change({ index: event.currentTarget.value, operator: "" })}
          >
            <option value="">the table</option>
            {table.indexes?.map(({ name }) => (
              <option key={name} value={name}>
                index {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <Value
        label={key.hash}
        placeholder="any"
        testId="query-hash"
        value={draft.hash}
        onValue={(hash) => change({ hash })}
      />
      {key.range !== "" && draft.hash !== "" && <RangeFields sortKey={key} draft={draft} onChange={change} />}
      <button type="submit" className="quiet" data-testid="query">
        {draft.hash === "" ? "Scan" : "Query"}
      </button>
    </form>
  );
}

interface RangeFieldsProps {
  sortKey: Key;
  draft: ItemQuery;
  onChange: (part: Partial<ItemQuery>) => void;
}

function RangeFields({ sortKey: { range }, draft, onChange }: RangeFieldsProps) {
  return (
    <>
      <label className="field">
        {range}
        <select
          data-testid="query-operator"
          aria-label={`Condition on ${range}`}
          value={draft.operator}
          onChange={(event) => onChange({ operator: event.currentTarget.value })}
        >
          {operators.map((operator) => (
            <option key={operator} value={operator}>
              {operator === "" ? "any" : operator.replace("_", " ")}
            </option>
          ))}
        </select>
      </label>
      {draft.operator !== "" && (
        <Value
          label=""
          name={range}
          testId="query-range"
          value={draft.range}
          onValue={(one) => onChange({ range: one })}
        />
      )}
      {draft.operator === "between" && (
        <Value label="and" testId="query-range-to" value={draft.rangeTo} onValue={(rangeTo) => onChange({ rangeTo })} />
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={draft.backward}
          onChange={(event) => onChange({ backward: event.currentTarget.checked })}
        />
        highest first
      </label>
    </>
  );
}

interface ValueProps {
  label: string;
  /** The accessible name, if the label is empty. */
  name?: string;
  placeholder?: string;
  testId: string;
  value: string;
  onValue: (value: string) => void;
}

function Value({ label, name, placeholder, testId, value, onValue }: ValueProps) {
  return (
    <label className="field">
      {label}
      <input
        data-testid={testId}
        aria-label={name}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </label>
  );
}
