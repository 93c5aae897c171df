import { CopyButton } from "../../../src/parts/copy-button";
import { prettyText } from "../text";

/** A text that scrolls by keyboard, pretty where it is JSON. */
export function TextBlock({ title, text, testId }: { title: string; text: string; testId?: string }) {
  return (
    <section className="block">
      <div className="block-head">
        <h3>{title}</h3>
        {text !== "" && <CopyButton text={text} label="Copy" />}
      </div>
      <pre className="body" tabIndex={0} role="region" aria-label={title} data-testid={testId}>
        {text === "" ? "(empty)" : prettyText(text)}
      </pre>
    </section>
  );
}
