import type { ReactNode } from "react";

interface ResourceHeadProps {
  kind: string;
  name: string;
  physical: string;
  children?: ReactNode;
}

/** A resource's names, and facts about it. */
export function ResourceHead({ kind, name, physical, children }: ResourceHeadProps) {
  return (
    <header className="detail-head">
      <h2>
        <span className="muted">{kind}</span> <code>{name}</code>
      </h2>
      <p className="facts">{children}</p>
      {physical !== name && (
        <p className="facts">
          in the cloud: <code>{physical}</code>
        </p>
      )}
    </header>
  );
}
