// The changes of resources, which local/console/data_change.go makes.

export type DataAction =
  | { do: "put-item" | "set-secret"; name: string; text: string }
  | { do: "delete-item" | "delete-object"; name: string; key: string }
  | { do: "send"; name: string; text: string; group: string; deduplication: string }
  | { do: "redrive" | "purge" | "run"; name: string };

/** Performs a change and returns why it was refused, or "". */
export type PerformData = (action: DataAction) => Promise<string>;
