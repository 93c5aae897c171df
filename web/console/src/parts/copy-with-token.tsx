import { useState } from "react";
import { post } from "../server";

interface CopyWithTokenProps {
  /** The text with the token in it. */
  textWith: (token: string) => string;
  user: string;
  flaw: string;
  /** The stream's token; empty until it has arrived. */
  consoleToken: string;
}

/** Copies a text with a real token of the local tenant, which is issued for it and never shown. */
export function CopyWithToken({ textWith, user, flaw, consoleToken }: CopyWithTokenProps) {
  const [outcome, setOutcome] = useState("");
  const copy = async () => {
    const issued = post<{ token: string }>("/api/token", consoleToken, { user, flaw }).then((result) => {
      if (result.kind === "problem") throw new Error(result.text);
      return new Blob([textWith(result.value.token)], { type: "text/plain" });
    });
    try {
      // The promise is passed at once: browsers allow copying only while they handle a click.
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": issued })]);
      setOutcome("Copied. Anyone with the command can call the API as this user until the token expires.");
    } catch {
      setOutcome(
        await issued.then(
          () => "The browser does not allow copying here.",
          (cause: Error) => cause.message,
        ),
      );
    }
  };
  return (
    <>
      <button
        type="button"
        className="link"
        data-testid="copy-with-token"
        disabled={consoleToken === ""}
        onClick={() => void copy()}
      >
        Copy with a token
      </button>
      <span className="muted" role="status" data-testid="copied-with-token">
        {outcome}
      </span>
    </>
  );
}
