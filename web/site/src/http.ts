// The only file that calls fetch. A request never throws. It ends in one of three ways:
// with success, with a refusal, or without an answer.
import { liveHeader } from "./live";

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The methods that routes of an HTTP API can have. */
export type Method = "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Request {
  method: Method;
  url: string;
  /** The access token, sent as a bearer token. */
  token?: string;
  /** Sent as JSON. Browsers refuse a body with GET and HEAD. */
  body?: Json;
  /** The developer whose machine is to answer. */
  live?: string;
}

export interface Header {
  name: string;
  value: string;
}

/** The body of an answer, by its content type. */
export type Content =
  /** The value is unchecked: validate it before use. */
  | { kind: "json"; value: unknown; text: string }
  /** Also JSON that cannot be parsed, and an empty body. */
  | { kind: "text"; text: string }
  | { kind: "binary"; type: string; bytes: Uint8Array };

/** The server answered: `ok` with a status from 200 to 299, `refused` with any other. */
export interface Answer {
  kind: "ok" | "refused";
  status: number;
  /** In the browser's order, names in lower case. From another origin only those that CORS exposes. */
  headers: Header[];
  content: Content;
  /** Whole milliseconds from sending the request to the last byte of the body. */
  millis: number;
}

/** No response was received. */
export interface NoAnswer {
  kind: "unanswered";
  cause: "timeout" | "network";
  /** The browser's message, which does not distinguish a refused connection from a request blocked by CORS or CSP. */
  detail: string;
  millis: number;
}

export type Reply = Answer | NoAnswer;

/** Sends a request. Never throws. */
export type Send = (request: Request) => Promise<Reply>;

/** Longer than the 30 s after which an HTTP API ends an integration.
 *  https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const timeoutMillis = 35_000;

/** A Send that uses fetch, timed by a clock in milliseconds. */
export function sender(fetch: typeof globalThis.fetch, now: () => number): Send {
  return async (request) => {
    const started = now();
    const millis = () => Math.max(0, Math.round(now() - started));
    try {
      const response = await fetch(request.url, requestInit(request));
      const content = await contentOf(response);
      const kind = response.ok ? "ok" : "refused";
      return { kind, status: response.status, headers: headersOf(response), content, millis: millis() };
    } catch (error) {
      return { kind: "unanswered", cause: causeOf(error), detail: detailOf(error), millis: millis() };
    }
  };
}

function requestInit({ method, token, body, live }: Request): RequestInit {
  return {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      // Without it API Gateway treats the body as binary and passes it to the handler in base64.
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(live !== undefined && { [liveHeader]: live }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // Always a fresh answer, and the API uses no cookies.
    cache: "no-store",
    credentials: "omit",
    signal: AbortSignal.timeout(timeoutMillis),
  };
}

// Types that are shown as text: https://mimesniff.spec.whatwg.org/#mime-type-groups
const textual = /^text\/|[/+](json|xml)$|^application\/(javascript|x-www-form-urlencoded|x-ndjson|yaml)$/;

async function contentOf(response: Response): Promise<Content> {
  const type = (response.headers.get("content-type") ?? "").split(";", 1).join().trim().toLowerCase();
  if (type !== "" && !textual.test(type))
    return { kind: "binary", type, bytes: new Uint8Array(await response.arrayBuffer()) };
  const text = await response.text();
  return /[/+]json$/.test(type) ? jsonOf(text) : { kind: "text", text };
}

function jsonOf(text: string): Content {
  try {
    return { kind: "json", value: JSON.parse(text), text };
  } catch {
    return { kind: "text", text };
  }
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
