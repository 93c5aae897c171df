// The one file that calls fetch. A request has one of two ends, and neither is an exception:
// an answer of any status, or no answer at all.

export interface Header {
  name: string;
  value: string;
}

/** The server answered, with whatever status. */
export interface Answer {
  kind: "answered";
  status: number;
  /** In the browser's order, names in lower case. From another origin only those that CORS exposes. */
  headers: Header[];
  body: string;
  /** Whole milliseconds from sending the request to the last byte of the body. */
  millis: number;
}

/** Nothing came back. */
export interface NoAnswer {
  kind: "unanswered";
  cause: "timeout" | "network";
  /** The browser's own words. It never tells a refused connection from a request blocked by CORS or CSP. */
  detail: string;
  millis: number;
}

export type Reply = Answer | NoAnswer;

/** Sends a GET, with the access token as bearer when one is given. Never throws. */
export type Send = (url: string, token?: string) => Promise<Reply>;

/** An HTTP API ends an integration after 30 s: whatever takes longer than this gets no answer any more.
 *  https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const timeoutMillis = 35_000;

/** A Send over a fetch, timed by a clock that tells milliseconds from any beginning. */
export function sender(fetch: typeof globalThis.fetch, now: () => number): Send {
  return async (url, token) => {
    const started = now();
    const millis = () => Math.max(0, Math.round(now() - started));
    try {
      const response = await fetch(url, requestInit(token));
      const body = await response.text();
      return { kind: "answered", status: response.status, headers: headersOf(response), body, millis: millis() };
    } catch (error) {
      return { kind: "unanswered", cause: causeOf(error), detail: detailOf(error), millis: millis() };
    }
  };
}

function requestInit(token: string | undefined): RequestInit {
  return {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    // The API is asked for its answer of now, and knows no cookies.
    cache: "no-store",
    credentials: "omit",
    signal: AbortSignal.timeout(timeoutMillis),
  };
}

function headersOf(response: Response): Header[] {
  return Array.from(response.headers, ([name, value]) => ({ name, value }));
}

function causeOf(error: unknown): NoAnswer["cause"] {
  return error instanceof DOMException && error.name === "TimeoutError" ? "timeout" : "network";
}

function detailOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.message : String(error);
}
