import type { Session } from "../session";

/** The reason why the user cannot sign in, shown prominently. */
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
          Reload the page
        </button>
      )}
    </div>
  );
}
