import type { ReactNode } from "react";
import { productName } from "../product";
import type { Page } from "../page";
import { pages } from "../pages";
import { Link } from "../../../shared/router";
import type { Auth, Person } from "../session";
import { Avatar } from "./avatar";

/** Product name, navigation, what the page adds, and account. */
export function Header({ auth, page, children }: { auth: Auth; page: Page | undefined; children?: ReactNode }) {
  return (
    <header className="site-header">
      <div className="bar">
        <Link href="/" className="brand">
          <Mark />
          {productName}
        </Link>
        <nav aria-label="Pages">
          {pages
            .filter(({ inNav }) => inNav)
            .map(({ path, title }) => (
              <Link
                key={path}
                href={path}
                data-testid={`${path.slice(1) || "home"}-link`}
                aria-current={path === page?.path ? "page" : undefined}
              >
                {title}
              </Link>
            ))}
        </nav>
        {children}
        <Account auth={auth} />
      </div>
    </header>
  );
}

function Account({ auth }: { auth: Auth }) {
  switch (auth.session.kind) {
    case "starting":
      // Reserves space.
      return <div className="account waiting" aria-hidden="true" />;
    case "unavailable":
      return <div className="account muted">Sign-in unavailable</div>;
    case "signedIn":
      return <SignedIn person={auth.session.person} signOut={auth.signOut} />;
    case "signedOut":
      return (
        <div className="account">
          <button type="button" className="quiet" data-testid="sign-up" onClick={auth.signUp}>
            Sign up
          </button>
          <button type="button" className="primary" data-testid="sign-in" onClick={auth.signIn}>
            Sign in
          </button>
        </div>
      );
  }
}

function SignedIn({ person, signOut }: { person: Person; signOut: () => void }) {
  return (
    <div className="account">
      <Avatar person={person} />
      <div className="who">
        <span className="name" data-testid="user-name">
          {person.name}
        </span>
        {person.email !== undefined && (
          <span className="email" data-testid="user-email">
            {person.email}
          </span>
        )}
      </div>
      <button type="button" className="quiet" data-testid="sign-out" onClick={signOut}>
        Sign out
      </button>
    </div>
  );
}

/** The favicon's key, in the text's color. */
function Mark() {
  return (
    <svg
      className="mark"
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.5"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <circle cx="8" cy="12" r="4.5" />
      <path d="M12.5 12H22M18 12v4" />
    </svg>
  );
}
