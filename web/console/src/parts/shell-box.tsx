import { useState } from "react";
import { CopyButton } from "../../../shared/parts/copy-button";
import { post } from "../server";

/** The shell lines with which the AWS command line uses this machine. They are fetched when the box is opened: they
 *  contain a key. */
export function ShellBox({ token }: { token: string }) {
  const [text, setText] = useState("");
  const load = () => {
    if (token === "" || text !== "") return;
    void post<{ lines: string[] }>("/api/data/shell", token).then((result) =>
      setText(result.kind === "ok" ? result.value.lines.join("\n") : result.text),
    );
  };
  return (
    <details className="shell" data-testid="shell" onToggle={(event) => event.currentTarget.open && load()}>
      <summary>AWS command line</summary>
      <div className="block-head">
        <span className="muted">For a shell, until the local cloud ends</span>
        <CopyButton text={text} label="Copy" />
      </div>
      <pre className="body" tabIndex={0} role="region" aria-label="Shell lines" data-testid="shell-lines">
        {text}
      </pre>
      <p className="muted">
        Then, for example: <code>aws dynamodb list-tables</code>
      </p>
    </details>
  );
}
