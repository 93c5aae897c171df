import { useState, type FormEvent } from "react";
import type { Account } from "../model";
import type { UserDetails } from "../tenant-action";

interface UserFormProps {
  /** Undefined for a new user. */
  user: Account | undefined;
  /** Returns why the details were refused, or "". */
  onSave: (details: UserDetails) => Promise<string>;
  onClose: () => void;
}

/** Adds a user or edits one. Shows the tenant's own message for refused details, as its sign-up page does. */
export function UserForm({ user, onSave, onClose }: UserFormProps) {
  const [details, setDetails] = useState(detailsOf(user));
  const [problem, setProblem] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const refused = await onSave(details);
    setProblem(refused);
    if (refused === "") onClose();
  };
  const title = user === undefined ? "Add a user" : `Edit ${user.email}`;
  return (
    <form
      className="call user-form"
      aria-label={title}
      data-testid="user-form"
      noValidate
      onSubmit={(event) => void submit(event)}
    >
      <h3>{title}</h3>
      <Fields details={details} isNew={user === undefined} onDetails={setDetails} />
      <p id="user-problem" role="alert" className="refusal" data-testid="user-problem">
        {problem}
      </p>
      <p className="actions">
        <button type="submit" className="primary" data-testid="save-user">
          Save
        </button>{" "}
        <button type="button" className="quiet" onClick={onClose}>
          Cancel
        </button>
      </p>
    </form>
  );
}

function detailsOf(user: Account | undefined): UserDetails {
  return { email: user?.email ?? "", name: user?.name ?? "", password: "", verified: user?.verified ?? true };
}

interface FieldsProps {
  details: UserDetails;
  isNew: boolean;
  onDetails: (details: UserDetails) => void;
}

function Fields({ details, isNew, onDetails }: FieldsProps) {
  const text = (label: string, name: "email" | "name" | "password", attributes: object) => (
    <label className="field">
      {label}
      <input
        name={name}
        value={details[name]}
        aria-describedby="user-problem"
        onInput={(event) => onDetails({ ...details, [name]: event.currentTarget.value })}
        {...attributes}
      />
    </label>
  );
  return (
    <div className="line">
      {text("E-mail", "email", { type: "email", autoComplete: "off", autoFocus: true })}
      {text("Name", "name", { autoComplete: "off" })}
      {text("Password", "password", {
        type: "password",
        autoComplete: "new-password",
        placeholder: isNew ? "" : "as it is",
      })}
      <label className="check">
        <input
          type="checkbox"
          name="verified"
          checked={details.verified}
          onChange={(event) => onDetails({ ...details, verified: event.currentTarget.checked })}
        />
        E-mail verified
      </label>
    </div>
  );
}
