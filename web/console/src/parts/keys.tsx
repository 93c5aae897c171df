import { useEffect, useRef, type RefObject } from "react";
import { useKeysOn } from "../storage";
import { commandOf, isTyping } from "../keys";
import { goTo, addressWith } from "../address";

/** A view's name and address. */
interface View {
  name: string;
  href: string;
}

/** The button for the help on keyboard shortcuts. They can be turned off, for speech input:
 *  https://www.w3.org/TR/WCAG22/#character-key-shortcuts */
export function Keys({ views }: { views: View[] }) {
  const [on, setOn] = useKeysOn();
  const dialog = useRef<HTMLDialogElement>(null);
  const help = () => dialog.current?.showModal();
  useCommands(on, views, help);
  return (
    <>
      <button type="button" className="link" data-testid="keys" onClick={help}>
        Keys
      </button>
      <Help dialog={dialog} views={views} on={on} onOn={setOn} />
    </>
  );
}

function useCommands(on: boolean, views: View[], help: () => void): void {
  const latest = useRef({ on, views, help });
  latest.current = { on, views, help };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { on, views, help } = latest.current;
      const command = on ? commandOf(event, isTyping(event.target), views.length) : undefined;
      if (command === undefined) return;
      event.preventDefault();
      if (command.kind === "help") help();
      if (command.kind === "filter") document.querySelector<HTMLElement>('input[type="search"]')?.focus();
      if (command.kind === "close")
        goTo(addressWith(location.pathname, location.search, { request: "", resource: "" }));
      if (command.kind === "view") goTo(views[command.index]?.href ?? "/");
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

interface HelpProps {
  dialog: RefObject<HTMLDialogElement | null>;
  views: View[];
  on: boolean;
  onOn: (on: boolean) => void;
}

function Help({ dialog, views, on, onOn }: HelpProps) {
  return (
    <dialog ref={dialog} className="keys" aria-labelledby="keys" data-testid="keys-help">
      <h2 id="keys">Keys</h2>
      <dl>
        <Row keys="?" what="This help" />
        <Row keys="/" what="Filter or search" />
        <Row keys="Esc" what="Close the request or the resource" />
        {views.map(({ name }, i) => (
          <Row key={name} keys={String(i + 1)} what={name} />
        ))}
        <Row keys="↑ ↓ Home End" what="Move between rows" />
        <Row keys="Enter" what="Open the row" />
        <Row keys="Ctrl or ⌘ Enter" what="Send the call, from its body" />
      </dl>
      <label className="check">
        <input type="checkbox" checked={on} onChange={(event) => onOn(event.currentTarget.checked)} />
        Shortcuts are on
      </label>
      <form method="dialog">
        <button className="primary" autoFocus>
          Close
        </button>
      </form>
    </dialog>
  );
}

function Row({ keys, what }: { keys: string; what: string }) {
  return (
    <div>
      <dt>
        <kbd>{keys}</kbd>
      </dt>
      <dd>{what}</dd>
    </div>
  );
}
