// Stand-ins at the page's two edges: the SDK's boundary (auth0.tsx) and the network (http.ts).
import { useEffect } from "react";
import type { Api } from "../src/api";
import type { Auth0Props } from "../src/auth0";
import type { Answer, Content, Json, Method, Send, Reply } from "../src/http";
import type { Auth, Session } from "../src/session";
import { token } from "../../shared/test/tokens";

export const config = {
  auth0: { domain: "tenant.example", clientId: "abc", audience: "https://api", scope: "openid read:private" },
  apiUrl: "/api",
};

/** An API that is never called, with a text on missing rights. */
export const apiWithout = (missing: string): Api => ({
  url: ({ path }) => path,
  call: () => Promise.reject(new Error("unexpected call")),
  missingRights: () => Promise.resolve(missing),
});

export const signedIn: Session = { kind: "signedIn", person: { name: "Some Body", email: "some.body@example.com" } };

export interface FakeAuth extends Auth {
  /** The calls, in order. */
  calls: string[];
}

export function fakeAuth(session: Session, overrides: Partial<Auth> = {}): FakeAuth {
  const calls: string[] = [];
  const note = (word: string) => () => void calls.push(word);
  return {
    session,
    calls,
    signIn: note("signIn"),
    signUp: note("signUp"),
    signOut: note("signOut"),
    accessToken: async (fresh = false) => {
      calls.push(fresh ? "freshToken" : "token");
      return { kind: "token", token: token({ sub: "auth0|1", scope: "read:private", iat: 1_000_000, exp: 1_003_600 }) };
    },
    idToken: async () => ({ kind: "token", token: token({ name: "Some Body", iat: 1_000_000, exp: 1_036_000 }) }),
    ...overrides,
  };
}

/** Loads a fake auth0.tsx that reports `auth` at once. */
export function loads(auth: Auth) {
  function Auth0({ onAuth }: Auth0Props) {
    useEffect(() => onAuth(auth), [onAuth]);
    return null;
  }
  const module = Promise.resolve({ Auth0 });
  return () => module;
}

/** An answer whose body is JSON if it can be parsed, otherwise text. */
export function answer(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return {
    kind: status >= 200 && status < 300 ? "ok" : "refused",
    status,
    content: contentOf(body),
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    millis: 7,
  };
}

function contentOf(text: string): Content {
  try {
    return { kind: "json", value: JSON.parse(text), text };
  } catch {
    return { kind: "text", text };
  }
}

export interface Sent {
  method: Method;
  path: string;
  token?: string;
  body?: Json;
  live?: string;
}

/** A network with these paths, which records the requests. */
export function fakeSend(replies: Record<string, (sent: Sent) => Reply | Promise<Reply>>) {
  const sent: Sent[] = [];
  const send: Send = async ({ url, ...request }) => {
    const path = new URL(url, location.origin).pathname;
    sent.push({ path, ...request });
    return replies[path]?.({ path, ...request }) ?? answer(404, '{"message":"Not Found"}');
  };
  return { send, sent };
}

/** The deployed site, with an API that greets any caller with a token. */
export function fakeSite() {
  return fakeSend({
    "/config.json": () => answer(200, JSON.stringify(config)),
    "/api/public": () => answer(200, "Hello stranger!", { "content-type": "text/plain" }),
    "/api/private": ({ token }) =>
      token === undefined
        ? answer(401, '{"message":"Unauthorized"}', { "www-authenticate": "Bearer" })
        : answer(200, "Hello auth0|1!", { "apigw-requestid": "abc=" }),
  });
}
