// Stand-ins at the page's two edges: the SDK's boundary (auth0.tsx) and the network (http.ts).
import { useEffect } from "react";
import type { Auth0Props } from "../src/auth0";
import type { Reply, Send } from "../src/http";
import type { Auth, Session } from "../src/session";
import { token } from "./tokens";

export const config = {
  auth0: { domain: "tenant.example", clientId: "abc", audience: "https://api", scope: "openid read:private" },
  apiUrl: "/api",
};

export const somebody: Session = { kind: "signedIn", person: { name: "Some Body", email: "some.body@example.com" } };

export interface FakeAuth extends Auth {
  /** What was asked for, in order. */
  asked: string[];
}

export function fakeAuth(session: Session, overrides: Partial<Auth> = {}): FakeAuth {
  const asked: string[] = [];
  const note = (word: string) => () => void asked.push(word);
  return {
    session,
    asked,
    signIn: note("signIn"),
    signUp: note("signUp"),
    signOut: note("signOut"),
    accessToken: async (fresh = false) => {
      asked.push(fresh ? "freshToken" : "token");
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

export function answer(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return {
    kind: "answered",
    status,
    body,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    millis: 7,
  };
}

/** A network that knows these paths, and keeps what was sent. */
export function fakeSend(replies: Record<string, (token: string | undefined) => Reply | Promise<Reply>>) {
  const sent: { path: string; token: string | undefined }[] = [];
  const send: Send = async (url, token) => {
    const path = new URL(url, location.origin).pathname;
    sent.push({ path, token });
    return replies[path]?.(token) ?? answer(404, '{"message":"Not Found"}');
  };
  return { send, sent };
}

/** The site as it is deployed, with an API that greets whoever has a token. */
export function fakeSite() {
  return fakeSend({
    "/config.json": () => answer(200, JSON.stringify(config)),
    "/api/public": () => answer(200, "Hello stranger!", { "content-type": "text/plain" }),
    "/api/private": (token) =>
      token === undefined
        ? answer(401, '{"message":"Unauthorized"}', { "www-authenticate": "Bearer" })
        : answer(200, "Hello auth0|1!", { "apigw-requestid": "abc=" }),
  });
}
