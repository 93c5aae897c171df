// What can be done with an event: call the function with it again, as it was or as edited, and keep it in a file.
import { useState } from "react";
import type { Request } from "../model";
import { post } from "../server";
import { prettyText } from "../text";

interface EventActionsProps {
  request: Request;
  event: string;
  token: string;
  onSelect: (id: string) => void;
}

export function EventActions({ request, event, token, onSelect }: EventActionsProps) {
  const [edited, setEdited] = useState<string>();
  const { busy, problem, invoke } = useInvoking(request.id, token, onSelect);
  return (
    <>
      <p className="actions">
        <button type="button" className="primary" data-testid="replay" disabled={busy} onClick={() => void invoke()}>
          {busy ? "Replaying…" : "Replay"}
        </button>{" "}
        <button
          type="button"
          className="quiet"
          data-testid="edit-event"
          aria-expanded={edited !== undefined}
          onClick={() => setEdited(edited === undefined ? prettyText(event) : undefined)}
        >
          Edit the event
        </button>{" "}
        <button type="button" className="quiet" data-testid="save-event" onClick={() => save(request, edited ?? event)}>
          Save the event
        </button>
        {problem !== undefined && <span role="alert">{problem}</span>}
      </p>
      {edited !== undefined && (
        <EventForm name={request.function} event={edited} onEvent={setEdited} busy={busy} onInvoke={() => void invoke(edited)} />
      )}
    </>
  );
}

interface EventFormProps {
  name: string;
  event: string;
  onEvent: (event: string) => void;
  busy: boolean;
  onInvoke: () => void;
}

/** The event as it will be sent, typed or from a file. */
function EventForm({ name, event, onEvent, busy, onInvoke }: EventFormProps) {
  return (
    <form
      className="call"
      onSubmit={(e) => {
        e.preventDefault();
        onInvoke();
      }}
    >
      <label className="field column">
        Event
        <textarea data-testid="event-text" rows={14} spellCheck={false} value={event} onInput={(e) => onEvent(e.currentTarget.value)} />
      </label>
      <div className="line">
        <label className="field">
          From a file
          <input
            type="file"
            accept=".json,application/json"
            data-testid="event-file"
            onChange={(e) => void e.currentTarget.files?.[0]?.text().then(onEvent)}
          />
        </label>
        <button type="submit" className="primary" data-testid="invoke" disabled={busy}>
          Call {name} with it
        </button>
      </div>
    </form>
  );
}

/** Calls the request's function, with its own event unless there is another text. */
function useInvoking(id: string, token: string, onSelect: (id: string) => void) {
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const invoke = async (text?: string) => {
    setProblem(undefined);
    setBusy(true);
    const result = await post<{ id: string }>(`/api/requests/${encodeURIComponent(id)}/replay`, token, text === undefined ? {} : { event: text });
    setBusy(false);
    if (result.kind === "ok") onSelect(result.value.id);
    else setProblem(result.text);
  };
  return { busy, problem, invoke };
}

/** Saves the event as a file, for a handler's test, and for calling it again. */
function save(request: Request, event: string): void {
  const url = URL.createObjectURL(new Blob([event], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${request.function}-${request.method.toLowerCase()}-event.json`;
  link.click();
  URL.revokeObjectURL(url);
}
