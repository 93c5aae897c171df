import { CopyButton } from "../../../shared/parts/copy-button";
import { prettyText } from "../text";

interface TextBlockProps {
  title: string;
  /** The accessible name, if the title is not unique on the page. */
  name?: string;
  heading?: "h2" | "h3";
  text: string;
  testId?: string;
}

/** A text that scrolls by keyboard; JSON is indented. */
export function TextBlock({ title, name = title, heading: Heading = "h3", text, testId }: TextBlockProps) {
  return (
    <section className="block">
      <div className="block-head">
        <Heading>{title}</Heading>
        {text !== "" && <CopyButton text={text} label="Copy" />}
      </div>
      <pre className="body" tabIndex={0} role="region" aria-label={name} data-testid={testId}>
        {text === "" ? "(empty)" : prettyText(text)}
      </pre>
    </section>
  );
}
