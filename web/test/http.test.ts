import { describe, expect, it } from "vitest";
import { sender } from "../src/http";

/** A clock that tells 0, then 41.6, and a fetch that keeps what it was asked. */
function setUp(answer: () => Promise<Response>) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const times = [0, 41.6];
  const fetch = (url: string | URL | Request, init?: RequestInit) => {
    asked.push({ url: String(url), init });
    return answer();
  };
  return { asked, send: sender(fetch, () => times.shift() ?? 41.6) };
}

describe("sender", () => {
  it("returns status, headers, body and the time taken", async () => {
    const { send } = setUp(
      async () =>
        new Response('{"message":"Unauthorized"}', { status: 401, headers: { "WWW-Authenticate": "Bearer" } }),
    );
    const reply = await send("/api/private");
    expect(reply).toMatchObject({ kind: "answered", status: 401, body: '{"message":"Unauthorized"}', millis: 42 });
    expect(reply.kind === "answered" && reply.headers).toContainEqual({ name: "www-authenticate", value: "Bearer" });
  });

  it("sends the token as bearer", async () => {
    const { send, asked } = setUp(async () => new Response(""));
    await send("/api/private", "t.o.k");
    expect(asked[0]?.url).toBe("/api/private");
    expect(asked[0]?.init).toMatchObject({
      headers: { Authorization: "Bearer t.o.k" },
      credentials: "omit",
      cache: "no-store",
    });
  });

  it("sends no Authorization header, and no cookie, without a token", async () => {
    const { send, asked } = setUp(async () => new Response(""));
    await send("/api/public");
    expect(asked[0]?.init).toMatchObject({ headers: {}, credentials: "omit" });
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
    expect(await send("/x")).toEqual({ kind: "unanswered", cause, detail, millis: 42 });
  });

  it("reports a body that breaks off", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("network error")) });
    const { send } = setUp(async () => new Response(broken));
    expect(await send("/x")).toMatchObject({ kind: "unanswered", detail: "network error" });
  });
});
