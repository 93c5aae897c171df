import { useEffect, useState } from "react";

/** Copies a text that need not stand on the page. Says whether it worked: a browser or a policy may forbid it. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), 2500);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button type="button" className="link" onClick={() => void copy(text).then(setSaid)}>
      <span aria-live="polite">{said ?? label}</span>
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
