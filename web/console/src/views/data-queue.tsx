import { useState, type FormEvent } from "react";
import { addressWith } from "../address";
import { Link } from "../../../shared/router";
import type { Message, Queue } from "../data-model";
import { ConfirmButton } from "../parts/confirm-button";
import { ResourceHead } from "../parts/resource-head";
import { ResourceUses } from "../parts/resource-uses";
import { countText } from "../resources";
import { clockText, prettyText } from "../text";
import { useContent } from "../use-data";
import type { ResourceProps } from "./data-props";

/** A queue: its messages, which can be sent, moved back and deleted. */
export function DataQueue({ queue, perform, token, version }: ResourceProps & { queue: Queue }) {
  const { name, visible, inFlight, delayed } = queue;
  const counts = `${version} ${visible} ${inFlight} ${delayed}`;
  const page = useContent<{ messages: Message[] }>("/api/data/messages", token, { queue: name }, counts);
  const sources = queue.sources ?? [];
  return (
    <article data-testid="queue">
      <ResourceHead kind="Queue" name={name} physical={queue.physical}>
        <span data-testid="queue-visible">{visible} visible</span>
        <span data-testid="queue-in-flight">{inFlight} in flight</span>
        <span data-testid="queue-delayed">{delayed} delayed</span>
        {queue.fifo && <span>FIFO</span>}
      </ResourceHead>
      {queue.deadLetters !== "" && (
        <p>
          Dead letters go to <QueueLink name={queue.deadLetters} />.
        </p>
      )}
      {sources.length > 0 && (
        <p>
          Has the dead letters of{" "}
          {sources.map((source) => (
            <QueueLink key={source} name={source} />
          ))}
          .
        </p>
      )}
      <p className="actions">
        {sources.length > 0 && (
          <button
            type="button"
            className="primary"
            data-testid="redrive"
            disabled={perform === undefined || visible === 0}
            onClick={() => void perform?.({ do: "redrive", name })}
          >
            Move the messages back
          </button>
        )}
        <ConfirmButton
          label="Delete all"
          whose={`messages of ${name}`}
          testId="purge"
          onConfirm={perform && (() => void perform({ do: "purge", name }))}
        />
        {(queue.consumers ?? []).length > 0 && (
          <Link href={addressWith("/", "", { q: `queue ${name}` })}>What it invoked</Link>
        )}
      </p>
      <SendForm queue={queue} perform={perform} />
      <section className="block" aria-labelledby="messages">
        <h3 id="messages">Messages</h3>
        {page?.kind === "problem" && <p role="alert">{page.text}</p>}
        {page?.kind === "ok" && <Messages messages={page.value.messages} total={visible + inFlight + delayed} />}
      </section>
      <ResourceUses uses={queue.uses} consumers={queue.consumers} latest={queue.latest} />
    </article>
  );
}

function QueueLink({ name }: { name: string }) {
  return <Link href={addressWith("/data", "", { resource: `queue ${name}` })}>{name}</Link>;
}

function SendForm({ queue: { name, fifo }, perform }: { queue: Queue; perform: ResourceProps["perform"] }) {
  const [text, setText] = useState("");
  const [group, setGroup] = useState("");
  const [deduplication, setDeduplication] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const refused = await perform?.({ do: "send", name, text, group, deduplication });
    if (refused === "") setText("");
  };
  const field = (label: string, value: string, set: (value: string) => void) => (
    <label className="field">
      {label}
      <input spellCheck={false} autoComplete="off" value={value} onInput={(event) => set(event.currentTarget.value)} />
    </label>
  );
  return (
    <form className="call" aria-label="Send a message" onSubmit={(event) => void submit(event)}>
      <label className="field column">
        New message
        <textarea
          rows={3}
          spellCheck={false}
          data-testid="message-text"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <div className="line">
        {fifo && field("Group", group, setGroup)}
        {fifo && field("Deduplication ID", deduplication, setDeduplication)}
        <button
          type="submit"
          className="quiet"
          data-testid="send-message"
          disabled={perform === undefined || text === "" || (fifo && group === "")}
        >
          Send
        </button>
      </div>
    </form>
  );
}

function Messages({ messages, total }: { messages: Message[]; total: number }) {
  if (messages.length === 0)
    return (
      <p className="muted" data-testid="no-messages">
        The queue is empty.
      </p>
    );
  return (
    <>
      <ul className="plain records" data-testid="messages">
        {messages.map((message) => (
          <MessageRow key={message.id} message={message} />
        ))}
      </ul>
      {total > messages.length && <p className="muted">and {countText(total - messages.length, "more message")}</p>}
    </>
  );
}

function MessageRow({ message }: { message: Message }) {
  const { id, body, state, sent, received, group, from, visibleAt, attributes } = message;
  return (
    <li className="record whole-record" data-testid="message" data-state={state}>
      <p className="facts">
        <strong>{state}</strong>
        {state !== "visible" && <span>until {clockText(visibleAt)}</span>}
        <span>sent {clockText(sent)}</span>
        <span>received {received === 1 ? "once" : `${received} times`}</span>
        {group !== "" && <span>group {group}</span>}
        {from !== "" && <span>from {from}</span>}
      </p>
      <pre className="body" tabIndex={0} role="region" aria-label={`Message ${id}`}>
        {prettyText(body)}
      </pre>
      {attributes.map(([attribute, value]) => (
        <p className="facts" key={attribute}>
          <code>
            {attribute}: {value}
          </code>
        </p>
      ))}
    </li>
  );
}
