// The one file that asks the server. A problem comes back as words for the person, never as an exception.

export type Result<T> = { kind: "ok"; value: T } | { kind: "problem"; text: string };

export async function get<T>(path: string): Promise<Result<T>> {
  return await ask<T>(path, {});
}

/** Changes something. The token shows that it is this page that asks. */
export async function post<T>(path: string, token: string, body: unknown = {}): Promise<Result<T>> {
  const headers = { "Content-Type": "application/json", "X-Console-Token": token };
  return await ask<T>(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function ask<T>(path: string, init: RequestInit): Promise<Result<T>> {
  try {
    const response = await fetch(path, init);
    const value: unknown = await response.json();
    if (response.ok) return { kind: "ok", value: value as T };
    return {
      kind: "problem",
      text: (value as { problem?: string }).problem ?? `The console answered ${response.status}.`,
    };
  } catch {
    return { kind: "problem", text: "The local cloud does not answer. Is it running?" };
  }
}
