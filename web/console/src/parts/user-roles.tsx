import type { Account, Role } from "../model";
import type { TenantAction } from "../tenant-action";

interface UserRolesProps {
  user: Account;
  roles: Role[];
  /** Undefined until changes are possible. */
  perform: ((action: TenantAction) => Promise<string>) | undefined;
}

/** A check box for each role of the tenant, which gives it to the user or takes it. */
export function UserRoles({ user: { id, email, roles: held }, roles, perform }: UserRolesProps) {
  return (
    <fieldset className="roles">
      <legend className="visually-hidden">Roles of {email}</legend>
      {roles.map(({ name, description, scopes }) => {
        const has = held?.includes(name) ?? false;
        return (
          <label key={name} className="check" title={`${description}: ${scopes?.join(" ")}`}>
            <input
              type="checkbox"
              data-testid="role"
              value={name}
              checked={has}
              disabled={perform === undefined}
              onChange={() => void perform?.({ do: has ? "take-role" : "give-role", id, user: email, role: name })}
            />
            {name}
          </label>
        );
      })}
    </fieldset>
  );
}
