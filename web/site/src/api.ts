// The API's client, for every page: any route, with a JSON body and the access token where they are asked for.
//
//   const result = await api.call({ method: "POST", path: "/orders/{id}", params: { id }, body: { item: "tea" }, token: true });
//   if (result.kind === "ok") … result.content …
//   else … explain(result, "token", true).text …
import type { Answer, Json, Method, NoAnswer, Send } from "./http";
import type { Auth, Notice } from "./session";

export interface ApiRequest {
  method: Method;
  /** Below apiUrl, as infra/routes.go has it, with its variables: `/orders/{id}`. */
  path: string;
  /** The values of the path's variables. */
  params?: Record<string, string>;
  /** Sent as JSON. */
  body?: Json;
  /** Whether the access token is sent. Without one to send nothing is. */
  token: boolean;
}

/** How a call ended: success, a refusal, silence, or no token to send, so that nothing was sent. */
export type Outcome = Answer | NoAnswer | { kind: "noToken"; notice: Notice };

export interface Api {
  /** The absolute address of a request. */
  url(request: ApiRequest): string;
  /** Makes a call. Never throws. */
  call(request: ApiRequest): Promise<Outcome>;
}

export function apiOf(apiUrl: string, auth: Auth, send: Send): Api {
  const url = ({ path, params = {} }: ApiRequest) => new URL(apiUrl + fillPath(path, params), location.origin).href;
  const call = async (request: ApiRequest): Promise<Outcome> => {
    const { method, body } = request;
    const plain = { method, url: url(request), ...(body !== undefined && { body }) };
    if (!request.token) return send(plain);
    const result = await auth.accessToken();
    return result.kind === "token"
      ? send({ ...plain, token: result.token })
      : { kind: "noToken", notice: result.notice };
  };
  return { url, call };
}

/** The names of a path's variables, in order. */
export function variablesOf(path: string): string[] {
  return Array.from(path.matchAll(variable), ([, name = ""]) => name);
}

// {id}, or {proxy+} for several segments:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
const variable = /\{(\w+)(\+?)\}/g;

/** Puts values in the place of a path's variables, encoded, so that none of them can lead to another route. */
export function fillPath(path: string, params: Record<string, string>): string {
  return path.replace(variable, (_, name: string, several: string) => {
    const segments = several === "" ? [params[name] ?? ""] : (params[name] ?? "").split("/");
    return segments.map(encodeURIComponent).join("/");
  });
}
