import type { Live } from "../model";

/** Whether this machine answers for the deployed stack. */
export function LiveState({ live: { state, name, url, message }, stack }: { live: Live; stack: string }) {
  const tone = { online: "good", offline: "failed", outdated: "refused", "": "" }[state];
  return (
    <div className={`why ${tone}`} role="status" data-testid="live">
      <strong>Live is {state}</strong>
      <p>
        {state === "offline" ? "The deployed functions answer" : "This machine answers"} what is called on the deployed{" "}
        {stack} from{" "}
        <a href={url} target="_blank" rel="noreferrer">
          {url}
        </a>{" "}
        as {name}.
      </p>
      {message !== "" && <pre tabIndex={0}>{message}</pre>}
    </div>
  );
}
