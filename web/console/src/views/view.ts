import type { Store } from "../store";
import type { Sent } from "./explorer";

/** What the views share: the store, and what has to outlive a look at another view. */
export interface ViewProps {
  store: Store;
  /** The request that is looked at. */
  selected: string | undefined;
  onSelect: (id: string) => void;
  /** Goes to a request among the invocations. */
  look: (id: string) => void;
  sent: Sent[];
  onSent: (sent: Sent[]) => void;
}
