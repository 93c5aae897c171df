// The only file that sends requests to the console's server. A failure is returned as a message, never thrown.

export type Result<T> = { kind: "ok"; value: T } | { kind: "problem"; text: string };

export async function get<T>(path: string): Promise<Result<T>> {
  return await request<T>(path, {});
}

/** Changes something. The token proves that the request comes from this page. */
export async function post<T>(path: string, token: string, body: unknown = {}): Promise<Result<T>> {
  const headers = { "Content-Type": "application/json", "X-Console-Token": token };
  return await request<T>(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function request<T>(path: string, init: RequestInit): Promise<Result<T>> {
  try {
    const response = await fetch(path, init);
    const value: unknown = await response.json();
    if (response.ok) return { kind: "ok", value: value as T };
    return {
      kind: "problem",
      text: (value as { problem?: string }).problem ?? `The console answered ${response.status}.`,
    };
  } catch {
    return { kind: "problem", text: "The local cloud does not answer. Check that go run ./local is running." };
  }
}
