import { useEffect, useState } from "react";

/** Copies a text, which need not be on the page, and shows whether that worked: a browser or a policy may forbid it. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [outcome, setOutcome] = useState<string>();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), 2500);
    return () => clearTimeout(timer);
  }, [outcome]);
  return (
    <button type="button" className="link" onClick={() => void copy(text).then(setOutcome)}>
      <span aria-live="polite">{outcome ?? label}</span>
    </button>
  );
}

async function copy(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    return "The browser does not allow copying here";
  }
}
