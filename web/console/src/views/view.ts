import type { ExplorerState } from "../explorer-state";
import type { Store } from "../store";

/** The state that the views share because it outlives them. A view's selection is in the page's address. */
export interface ViewProps {
  store: Store;
  explorer: ExplorerState;
  onExplorer: (change: (before: ExplorerState) => ExplorerState) => void;
}
