import { useState } from "react";
import type { Api } from "../model";
import { EventForm } from "../parts/event-form";
import type { Store } from "../store";
import { useFetched } from "../use-fetched";
import { useInvoke } from "../use-invoke";

interface FunctionCallProps {
  store: Store;
  onSelect: (id: string) => void;
}

/** Calls any function with a hand-written event. */
export function FunctionCall({ store, onSelect }: FunctionCallProps) {
  const { value: api } = useFetched<Api>("/api/explorer", store.deployed);
  const [chosen, setChosen] = useState<string>();
  const [event, setEvent] = useState("{}");
  const { ready, problem, invoke } = useInvoke("/api/invocations", store.token, onSelect);
  const names = Array.from(new Set(api?.routes?.map((route) => route.function))).filter(Boolean);
  const name = names.find((one) => one === chosen) ?? names[0];
  if (name === undefined) return null;
  return (
    <details className="function-call" data-testid="function-call">
      <summary>Call a function with an event of your own</summary>
      <label className="field">
        Function
        <select data-testid="function" value={name} onChange={(e) => setChosen(e.currentTarget.value)}>
          {names.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <EventForm
        name={name}
        event={event}
        onEvent={setEvent}
        ready={ready}
        onInvoke={() => void invoke({ function: name, event })}
      />
      {problem !== undefined && <p role="alert">{problem}</p>}
    </details>
  );
}
