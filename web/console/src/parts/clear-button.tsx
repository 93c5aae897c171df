import { useRef } from "react";
import type { Cleared } from "../storage";
import { clockText } from "../text";

/** Clears a list on this page only, and restores it. The focus stays on the button. */
export function ClearButton({ cleared: { at, clear, restore }, what }: { cleared: Cleared; what: string }) {
  const button = useRef<HTMLButtonElement>(null);
  const undo = () => {
    restore();
    button.current?.focus();
  };
  return (
    <>
      <button type="button" className="quiet" data-testid="clear" ref={button} onClick={clear}>
        Clear
      </button>
      {at > 0 && (
        <span className="muted" data-testid="cleared">
          Since {clockText(at)}.{" "}
          <button type="button" className="link" data-testid="restore" onClick={undo}>
            Show the earlier {what}
          </button>
        </span>
      )}
    </>
  );
}
