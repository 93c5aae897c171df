interface EventFormProps {
  name: string;
  event: string;
  onEvent: (event: string) => void;
  ready: boolean;
  onInvoke: () => void;
}

/** Edits the event that is sent, by hand or from a file. */
export function EventForm({ name, event, onEvent, ready, onInvoke }: EventFormProps) {
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
        <textarea
          data-testid="event-text"
          rows={14}
          spellCheck={false}
          value={event}
          onInput={(e) => onEvent(e.currentTarget.value)}
        />
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
        <button type="submit" className="primary" data-testid="invoke" disabled={!ready}>
          Call {name} with it
        </button>
      </div>
    </form>
  );
}
