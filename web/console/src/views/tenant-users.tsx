import { useRef, useState } from "react";
import type { Account } from "../model";
import { ActButton, TenantList, TenantSection } from "../parts/tenant-list";
import { UserForm } from "../parts/user-form";
import type { Act, UserDetails } from "../tenant-act";

interface UsersProps {
  users: Account[];
  /** Says why it was refused, or ""; undefined: not yet. */
  act: ((act: Act) => Promise<string>) | undefined;
}

type Editing = { kind: "nobody" } | { kind: "new" } | { kind: "user"; id: string };

/** Who can sign in. Whoever is added here or signs up is kept as long as the local cloud keeps users. */
export function Users({ users, act }: UsersProps) {
  const [editing, setEditing] = useState<Editing>({ kind: "nobody" });
  const add = useRef<HTMLButtonElement>(null);
  const edited = editing.kind === "user" ? users.find(({ id }) => id === editing.id) : undefined;
  const save = async (details: UserDetails) => {
    if (act === undefined) return "";
    return await act(
      edited === undefined ? { do: "add-user", ...details } : { do: "change-user", id: edited.id, ...details },
    );
  };
  const close = () => {
    setEditing({ kind: "nobody" });
    add.current?.focus();
  };
  return (
    <TenantSection title="Users">
      <TenantList title="Users" heads={["E-mail", "Name", "User ID", ""]} empty="Nobody can sign in." testId="users">
        {users.map((user) => (
          <tr key={user.id}>
            <td>
              {user.email} {!user.verified && <span className="badge">not verified</span>}
            </td>
            <td>{user.name}</td>
            <td>
              <code>{user.id}</code>
            </td>
            <td className="do">
              {user.ready ? (
                <span className="muted">from the configuration</span>
              ) : (
                <UserActs user={user} act={act} onEdit={() => setEditing({ kind: "user", id: user.id })} />
              )}
            </td>
          </tr>
        ))}
      </TenantList>
      <p className="actions">
        <button
          type="button"
          className="quiet"
          ref={add}
          data-testid="add-user"
          disabled={act === undefined}
          onClick={() => setEditing({ kind: "new" })}
        >
          Add a user
        </button>
      </p>
      {(editing.kind === "new" || edited !== undefined) && (
        <UserForm key={edited?.id ?? ""} user={edited} onSave={save} onClose={close} />
      )}
    </TenantSection>
  );
}

/** A second press deletes: the user's ID does not come back with the e-mail. */
function UserActs({ user, act, onEdit }: { user: Account; act: UsersProps["act"]; onEdit: () => void }) {
  const [asked, setAsked] = useState(false);
  const remove = () => {
    if (!asked) return setAsked(true);
    void act?.({ do: "delete-user", id: user.id, user: user.email });
  };
  return (
    <span onBlur={() => setAsked(false)}>
      <ActButton label="Edit" whose={user.email} testId="edit-user" onAct={act && onEdit} />
      <ActButton
        label={asked ? "Really delete" : "Delete"}
        whose={user.email}
        testId="delete-user"
        onAct={act && remove}
      />
    </span>
  );
}
