import { Link } from "../../../shared/router";

/** The CDN serves the site for every path without a file extension, so the site itself reports an unknown path. */
export function NotFound({ path }: { path: string }) {
  return (
    <section className="intro">
      <h1 tabIndex={-1}>Page not found</h1>
      <p className="lead">
        There is no page at <code>{path}</code>. It may have moved, or the address has a typo.
      </p>
      <p>
        <Link href="/">Go to the start page</Link>
      </p>
    </section>
  );
}
