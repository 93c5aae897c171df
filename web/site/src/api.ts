// The API's client for every page: calls any route, optionally with a JSON body and the access token.
//
//   const result = await api.call({ method: "POST", path: "/orders/{id}", params: { id }, body: { item: "tea" }, token: true });
//   if (result.kind === "ok") … result.content …
//   else … explain(result, "token", true).text …
import { fillPath } from "../../shared/route-path";
import type { Answer, Json, Method, NoAnswer, Send } from "./http";
import type { RequestedRights } from "./rights";
import type { Auth, Notice } from "./session";

export interface ApiRequest {
  method: Method;
  /** Below apiUrl, as infra/routes.go has it, with its variables: `/orders/{id}`. */
  path: string;
  /** The values of the path's variables. */
  params?: Record<string, string>;
  /** Sent as JSON. */
  body?: Json;
  /** Whether to send the access token. If there is none, nothing is sent. */
  token: boolean;
}

/** How a call ended: success, a refusal, no answer, or not sent for lack of a token. */
export type Outcome = Answer | NoAnswer | { kind: "noToken"; notice: Notice };

export interface Api {
  /** The developer whose machine is to answer, if one is chosen. */
  developer?: string | undefined;
  /** The absolute address of a request. */
  url(request: ApiRequest): string;
  /** Makes a call. Never throws. */
  call(request: ApiRequest): Promise<Outcome>;
  /** Describes the requested rights that the current access token lacks, and who could give them; empty if none is
   *  known to be missing. Never throws. */
  missingRights(): Promise<string>;
}

/** `requested` is what the site requests at a sign-in, `developer` whose machine is to answer on a live stack. */
export function apiOf(
  apiUrl: string,
  auth: Auth,
  send: Send,
  requested: RequestedRights = nothing,
  developer?: string,
): Api {
  const url = ({ path, params = {} }: ApiRequest) => new URL(apiUrl + fillPath(path, params), location.origin).href;
  const call = async (request: ApiRequest): Promise<Outcome> => {
    const { method, body } = request;
    const live = developer !== undefined && { live: developer };
    const plain = { method, url: url(request), ...(body !== undefined && { body }), ...live };
    if (!request.token) return send(plain);
    const result = await auth.accessToken();
    return result.kind === "token"
      ? send({ ...plain, token: result.token })
      : { kind: "noToken", notice: result.notice };
  };
  const missingRights = async () => {
    const result = await auth.accessToken();
    if (result.kind !== "token" || requested.roles.length === 0) return "";
    // Rarely needed, so not before the first paint.
    return import("./rights").then(
      (rights) => rights.missingText(rights.missingRights(requested, result.token)),
      () => "",
    );
  };
  return { developer, url, call, missingRights };
}

const nothing: RequestedRights = { scope: "", roles: [] };
