import type { PerformData } from "../data-action";

/** What each resource's view needs. */
export interface ResourceProps {
  /** Undefined until the stream has sent the token. */
  perform: PerformData | undefined;
  token: string;
  /** Changes whenever the content may have changed. */
  version: number;
}
