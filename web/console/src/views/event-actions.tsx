// Actions on an event: replay it, edited or not, and save it as a file.
import { useState } from "react";
import type { Request } from "../model";
import { EventForm } from "../parts/event-form";
import { saveFile } from "../parts/save";
import { prettyText } from "../text";
import { useInvoke } from "../use-invoke";

interface EventActionsProps {
  request: Request;
  event: string;
  token: string;
  onSelect: (id: string) => void;
}

export function EventActions({ request, event, token, onSelect }: EventActionsProps) {
  const [edited, setEdited] = useState<string>();
  const { busy, ready, problem, invoke } = useInvoke(
    `/api/requests/${encodeURIComponent(request.id)}/replay`,
    token,
    onSelect,
  );
  return (
    <>
      <p className="actions">
        <button type="button" className="primary" data-testid="replay" disabled={!ready} onClick={() => void invoke()}>
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
        <EventForm
          name={request.function}
          event={edited}
          onEvent={setEdited}
          ready={ready}
          onInvoke={() => void invoke({ event: edited })}
        />
      )}
    </>
  );
}

/** Saves the event as a file, for a handler's test or a later call. */
function save(request: Request, event: string): void {
  saveFile(`${request.function}-${request.method.toLowerCase()}-event.json`, "application/json", event);
}
