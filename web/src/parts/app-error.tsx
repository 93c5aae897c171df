import type { Notice, Session } from "../session";

/** What keeps the person from signing in, said where it cannot be missed. Nothing when all is well. */
export function AppError({ session }: { session: Session }) {
  const notice = noticeOf(session);
  if (notice === undefined) return null;
  return (
    <div className="notice" role="alert" data-testid="app-error" data-code={notice.code}>
      <strong>{notice.title}</strong>
      <p>{notice.text}</p>
      {session.kind === "unavailable" && (
        <button type="button" className="quiet" onClick={() => location.reload()}>
          Load the page again
        </button>
      )}
    </div>
  );
}

function noticeOf(session: Session): Notice | undefined {
  return session.kind === "signedOut" || session.kind === "unavailable" ? session.notice : undefined;
}
