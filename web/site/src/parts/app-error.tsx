import type { Session } from "../session";

/** What keeps the person from signing in, where it cannot be missed. Nothing when all is well. */
export function AppError({ session }: { session: Session }) {
  const notice = session.kind === "starting" ? undefined : session.notice;
  if (notice === undefined) return null;
  const calm = notice.code === "cancelled";
  return (
    <div
      className={calm ? "notice calm" : "notice"}
      role={calm ? "status" : "alert"}
      data-testid="app-error"
      data-code={notice.code}
    >
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
