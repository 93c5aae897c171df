import type { ExplorerState } from "../explorer-state";
import type { Store } from "../store";

/** What the views share: the store, and what has to outlive a look at another view. What is looked at stands in the
 *  page's address. */
export interface ViewProps {
  store: Store;
  explorer: ExplorerState;
  onExplorer: (change: (before: ExplorerState) => ExplorerState) => void;
}
