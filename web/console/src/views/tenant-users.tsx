import { useRef, useState } from "react";
import type { Account, Role } from "../model";
import { ActionButton, TenantList, TenantSection } from "../parts/tenant-list";
import { UserForm } from "../parts/user-form";
import { UserRoles } from "../parts/user-roles";
import type { TenantAction, UserDetails } from "../tenant-action";

interface UsersProps {
  users: Account[];
  /** The tenant's roles; without any, users have no column for them. */
  roles: Role[];
  /** Returns why the action was refused, or "". Undefined until changes are possible. */
  perform: ((action: TenantAction) => Promise<string>) | undefined;
}

type Editing = { kind: "none" } | { kind: "new" } | { kind: "user"; id: string };

/** The users who can sign in. One who is added here or signs up lasts as long as the local cloud stores users. */
export function Users({ users, roles, perform }: UsersProps) {
  const [editing, setEditing] = useState<Editing>({ kind: "none" });
  const add = useRef<HTMLButtonElement>(null);
  const edited = editing.kind === "user" ? users.find(({ id }) => id === editing.id) : undefined;
  const save = async (details: UserDetails) => {
    if (perform === undefined) return "";
    return await perform(
      edited === undefined ? { do: "add-user", ...details } : { do: "change-user", id: edited.id, ...details },
    );
  };
  const close = () => {
    setEditing({ kind: "none" });
    add.current?.focus();
  };
  return (
    <TenantSection title="Users">
      <TenantList
        title="Users"
        heads={["E-mail", "Name", "User ID", ...(roles.length > 0 ? ["Roles"] : []), ""]}
        empty="No users."
        testId="users"
      >
        {users.map((user) => (
          <tr key={user.id}>
            <td>
              {user.email} {!user.verified && <span className="badge">not verified</span>}
            </td>
            <td>{user.name}</td>
            <td>
              <code>{user.id}</code>
            </td>
            {roles.length > 0 && (
              <td>
                <UserRoles user={user} roles={roles} perform={perform} />
              </td>
            )}
            <td className="do">
              {user.ready ? (
                <span className="muted">from the configuration</span>
              ) : (
                <UserActions user={user} perform={perform} onEdit={() => setEditing({ kind: "user", id: user.id })} />
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
          disabled={perform === undefined}
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

/** The first press asks, the second deletes: a new user with the same e-mail would get another ID. */
function UserActions({ user, perform, onEdit }: { user: Account; perform: UsersProps["perform"]; onEdit: () => void }) {
  const [confirming, setConfirming] = useState(false);
  const remove = () => {
    if (!confirming) return setConfirming(true);
    void perform?.({ do: "delete-user", id: user.id, user: user.email });
  };
  return (
    <span onBlur={() => setConfirming(false)}>
      <ActionButton label="Edit" whose={user.email} testId="edit-user" onAction={perform && onEdit} />
      <ActionButton
        label={confirming ? "Really delete" : "Delete"}
        whose={user.email}
        testId="delete-user"
        onAction={perform && remove}
      />
    </span>
  );
}
