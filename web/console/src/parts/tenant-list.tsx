import type { ReactNode } from "react";

interface TenantListProps {
  title: string;
  heads: string[];
  empty: string;
  testId: string;
  children: ReactNode[] | undefined;
}

/** A table of the tenant's, or that there is nothing. It scrolls by keyboard where it is wider than the page. */
export function TenantList({ title, heads, empty, testId, children }: TenantListProps) {
  if (children === undefined || children.length === 0) return <p className="muted">{empty}</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`Table of ${title.toLowerCase()}`}>
      <table className="differences list" data-testid={testId}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head === "" ? <span className="visually-hidden">Actions</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** A part of the view, named by its heading. */
export function TenantSection({ title, children }: { title: string; children: ReactNode }) {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return (
    <section className="block" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

interface ActButtonProps {
  label: string;
  /** Whose: the rest of its name, for those who hear it without its row. */
  whose: string;
  testId: string;
  onAct: (() => void) | undefined;
}

/** A button in a row. It cannot be pressed before the stream has brought the token. */
export function ActButton({ label, whose, testId, onAct }: ActButtonProps) {
  return (
    <button
      type="button"
      className="quiet"
      data-testid={testId}
      aria-label={`${label} ${whose}`}
      disabled={onAct === undefined}
      onClick={onAct}
    >
      {label}
    </button>
  );
}
