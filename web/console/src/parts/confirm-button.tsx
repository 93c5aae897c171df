import { useState } from "react";

interface ConfirmButtonProps {
  label: string;
  /** What the button acts on: the rest of its accessible name. */
  whose: string;
  testId: string;
  onConfirm: (() => void) | undefined;
}

/** The first press asks, the second acts: what is deleted cannot be brought back. */
export function ConfirmButton({ label, whose, testId, onConfirm }: ConfirmButtonProps) {
  const [asking, setAsking] = useState(false);
  const text = asking ? `Really ${label.toLowerCase()}` : label;
  const press = () => {
    setAsking(!asking);
    if (asking) onConfirm?.();
  };
  return (
    <button
      type="button"
      className="quiet"
      data-testid={testId}
      aria-label={`${text} ${whose}`}
      disabled={onConfirm === undefined}
      onBlur={() => setAsking(false)}
      onClick={press}
    >
      {text}
    </button>
  );
}
