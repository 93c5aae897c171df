import { describe, expect, it } from "vitest";
import { sender } from "../src/http";

/** A clock that returns 0, then 41.6, and a fetch that records its arguments. */
function setUp(answer: () => Promise<Response>) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const times = [0, 41.6];
  const fetch = (url: string | URL | Request, init?: RequestInit) => {
    requests.push({ url: String(url), init });
    return answer();
  };
  return { requests, send: sender(fetch, () => times.shift() ?? 41.6) };
}

describe("sender", () => {
  it("returns status, headers, content and the time taken", async () => {
    const { send } = setUp(
      async () =>
        new Response('{"message":"Unauthorized"}', {
          status: 401,
          headers: { "WWW-Authenticate": "Bearer", "content-type": "application/json" },
        }),
    );
    const reply = await send({ method: "GET", url: "/api/private" });
    expect(reply).toMatchObject({
      kind: "refused",
      status: 401,
      content: { kind: "json", value: { message: "Unauthorized" }, text: '{"message":"Unauthorized"}' },
      millis: 42,
    });
    expect(reply.kind !== "unanswered" && reply.headers).toContainEqual({ name: "www-authenticate", value: "Bearer" });
  });

  it.each([
    [200, "ok"],
    [201, "ok"],
    [299, "ok"],
    [300, "refused"],
    [404, "refused"],
    [503, "refused"],
  ])("calls the status %i %s", async (status, kind) => {
    const { send } = setUp(async () => new Response("", { status }));
    expect(await send({ method: "GET", url: "/x" })).toMatchObject({ kind, status });
  });

  it.each([
    {
      type: "application/json; charset=utf-8",
      body: '{"a":1}',
      want: { kind: "json", value: { a: 1 }, text: '{"a":1}' },
    },
    { type: "application/problem+json", body: "[]", want: { kind: "json", value: [], text: "[]" } },
    { type: "application/json", body: "null", want: { kind: "json", value: null, text: "null" } },
    { type: "application/json", body: "{", want: { kind: "text", text: "{" } },
    { type: "application/json", body: "", want: { kind: "text", text: "" } },
    { type: "TEXT/PLAIN", body: "é", want: { kind: "text", text: "é" } },
    { type: "image/svg+xml", body: "<svg/>", want: { kind: "text", text: "<svg/>" } },
    { type: undefined, body: "é", want: { kind: "text", text: "é" } },
    { type: "image/png", body: "\u0001", want: { kind: "binary", type: "image/png", bytes: new Uint8Array([1]) } },
    { type: "application/octet-stream", body: "", want: { kind: "binary", bytes: new Uint8Array() } },
  ])("reads a body of $type: $body", async ({ type, body, want }) => {
    // A binary body sets no type.
    const response = new Response(
      new TextEncoder().encode(body),
      type === undefined ? {} : { headers: { "content-type": type } },
    );
    const { send } = setUp(async () => response);
    expect(await send({ method: "GET", url: "/x" })).toMatchObject({ kind: "ok", content: want });
  });

  it("reads an answer that has no body", async () => {
    const { send } = setUp(async () => new Response(null, { status: 204 }));
    expect(await send({ method: "DELETE", url: "/x" })).toMatchObject({
      kind: "ok",
      content: { kind: "text", text: "" },
    });
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"] as const)("sends a JSON body with %s", async (method) => {
    const { send, requests } = setUp(async () => new Response(""));
    await send({ method, url: "/api/orders", token: "t.o.k", body: { item: "té", count: [1, null] } });
    expect(requests[0]?.init).toMatchObject({
      method,
      headers: { Authorization: "Bearer t.o.k", "Content-Type": "application/json" },
      body: '{"item":"té","count":[1,null]}',
    });
  });

  it("sends a body that is false, and none if none is given", async () => {
    const { send, requests } = setUp(async () => new Response(""));
    await send({ method: "POST", url: "/x", body: false });
    await send({ method: "POST", url: "/x" });
    expect(requests[0]?.init?.body).toBe("false");
    expect(requests[1]?.init).not.toHaveProperty("body");
    expect(requests[1]?.init?.headers).toEqual({});
  });

  it("sends the token as bearer", async () => {
    const { send, requests } = setUp(async () => new Response(""));
    await send({ method: "GET", url: "/api/private", token: "t.o.k" });
    expect(requests[0]?.url).toBe("/api/private");
    expect(requests[0]?.init).toMatchObject({
      headers: { Authorization: "Bearer t.o.k" },
      credentials: "omit",
      cache: "no-store",
    });
  });

  it("names the developer whose machine is to answer", async () => {
    const { send, requests } = setUp(async () => new Response(""));
    await send({ method: "GET", url: "/api/public", live: "anna" });
    expect(requests[0]?.init?.headers).toEqual({ "x-live": "anna" });
  });

  it("sends no Authorization header, and no cookie, without a token", async () => {
    const { send, requests } = setUp(async () => new Response(""));
    await send({ method: "GET", url: "/api/public" });
    expect(requests[0]?.init).toMatchObject({ headers: {}, credentials: "omit" });
  });

  it.each([
    {
      name: "a refused connection",
      error: new TypeError("Failed to fetch"),
      cause: "network",
      detail: "Failed to fetch",
    },
    {
      name: "a time-out",
      error: new DOMException("signal timed out", "TimeoutError"),
      cause: "timeout",
      detail: "signal timed out",
    },
    { name: "something that is no error", error: "odd", cause: "network", detail: "odd" },
  ])("reports $name instead of throwing", async ({ error, cause, detail }) => {
    const { send } = setUp(() => Promise.reject(error));
    expect(await send({ method: "GET", url: "/x" })).toEqual({ kind: "unanswered", cause, detail, millis: 42 });
  });

  it("reports a truncated body", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("network error")) });
    const { send } = setUp(async () => new Response(broken));
    expect(await send({ method: "GET", url: "/x" })).toMatchObject({ kind: "unanswered", detail: "network error" });
  });
});
