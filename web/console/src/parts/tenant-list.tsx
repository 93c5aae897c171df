import type { ReactNode } from "react";

interface TenantListProps {
  title: string;
  heads: string[];
  empty: string;
  testId: string;
  children: ReactNode[] | undefined;
}

/** A table of the tenant view, or a note that it is empty. A table wider than the page scrolls by keyboard. */
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

/** A section of the view, labeled by its heading. */
export function TenantSection({ title, children }: { title: string; children: ReactNode }) {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return (
    <section className="block" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

interface ActionButtonProps {
  label: string;
  /** What the button acts on: the rest of its accessible name, for screen readers. */
  whose: string;
  testId: string;
  onAction: (() => void) | undefined;
}

/** A button in a row, disabled until the stream has sent the token. */
export function ActionButton({ label, whose, testId, onAction }: ActionButtonProps) {
  return (
    <button
      type="button"
      className="quiet"
      data-testid={testId}
      aria-label={`${label} ${whose}`}
      disabled={onAction === undefined}
      onClick={onAction}
    >
      {label}
    </button>
  );
}
