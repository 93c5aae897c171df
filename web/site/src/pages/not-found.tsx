import { Link } from "../../../shared/router";

/** The CDN serves the page for every path without a file extension, so the page itself says what is missing. */
export function NotFound({ path }: { path: string }) {
  return (
    <section className="intro">
      <h1 tabIndex={-1}>There is no page here</h1>
      <p className="lead">
        Nothing is kept at <code>{path}</code>. It may have moved, or the address has a typo in it.
      </p>
      <p>
        <Link href="/">Go to the start</Link>
      </p>
    </section>
  );
}
