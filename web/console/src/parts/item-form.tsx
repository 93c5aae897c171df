import { useState, type FormEvent } from "react";
import type { Table } from "../data-model";
import { itemProblem } from "../item";

interface ItemFormProps {
  table: Table;
  text: string;
  /** Returns why the item was refused, or "". */
  onPut: (text: string) => Promise<string>;
  onClose: () => void;
}

/** Writes an item in DynamoDB's JSON. One with the same key is replaced, as by PutItem. */
export function ItemForm({ table, text: initial, onPut, onClose }: ItemFormProps) {
  const [text, setText] = useState(initial);
  const [refused, setRefused] = useState("");
  const [tried, setTried] = useState(false);
  const problem = (tried ? itemProblem(text, table.key) : "") || refused;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (itemProblem(text, table.key) !== "") return;
    const answer = await onPut(text);
    setRefused(answer);
    if (answer === "") onClose();
  };
  return (
    <form className="call user-form" aria-label="Put an item" noValidate onSubmit={(event) => void submit(event)}>
      <label className="field column">
        Item, in DynamoDB’s JSON
        <textarea
          rows={8}
          autoFocus
          spellCheck={false}
          data-testid="item-text"
          aria-describedby="item-problem"
          aria-invalid={problem !== ""}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setRefused("");
          }}
        />
      </label>
      <p id="item-problem" role="alert" className="refusal" data-testid="item-problem">
        {problem}
      </p>
      <p className="actions">
        <button type="submit" className="primary" data-testid="put-item">
          Put
        </button>
        <button type="button" className="quiet" onClick={onClose}>
          Cancel
        </button>
      </p>
    </form>
  );
}
