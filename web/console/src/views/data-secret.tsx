import { useState, type FormEvent } from "react";
import type { Secret } from "../data-model";
import { ResourceHead } from "../parts/resource-head";
import { ResourceUses } from "../parts/resource-uses";
import type { ResourceProps } from "./data-props";

/** A secret: whether this machine has a value, and a form that sets one. The value is never shown. */
export function DataSecret({ secret, perform }: { secret: Secret; perform: ResourceProps["perform"] }) {
  const { name, physical, hasValue, missing, variable, fixed } = secret;
  return (
    <article data-testid="secret">
      <ResourceHead kind="Secret" name={name} physical={physical}>
        <span data-testid="secret-state">
          {hasValue ? "has a value on this machine" : "has no value on this machine"}
        </span>
      </ResourceHead>
      {!hasValue && missing !== "" && <p className="why refused">{missing}</p>}
      {fixed ? (
        <p className="muted">
          The environment variable <code>{variable}</code> has the value, and wins over <code>.secrets.env</code>.
        </p>
      ) : (
        <SecretForm name={name} perform={perform} />
      )}
      <ResourceUses uses={secret.uses} latest={secret.latest} />
    </article>
  );
}

function SecretForm({ name, perform }: { name: string; perform: ResourceProps["perform"] }) {
  const [text, setText] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const refused = await perform?.({ do: "set-secret", name, text });
    if (refused === "") setText("");
  };
  return (
    <form className="call" aria-label="Set the value" onSubmit={(event) => void submit(event)}>
      <div className="line">
        <label className="field">
          New value
          <input
            type="password"
            autoComplete="off"
            data-testid="secret-value"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button
          type="submit"
          className="primary"
          data-testid="set-secret"
          disabled={perform === undefined || text === ""}
        >
          Set
        </button>
      </div>
      <p className="muted">
        It is written to <code>.secrets.env</code>, which Git ignores and only you may read.
      </p>
    </form>
  );
}
