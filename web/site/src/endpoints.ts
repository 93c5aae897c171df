// The API's routes that the start page calls: each row is a card.
import type { Json, Method } from "./http";

export interface Endpoint {
  method: Method;
  /** As infra/routes.go has it, with its variables: `/orders/{id}`. */
  path: string;
  /** A sentence or two on what the route does. */
  about: string;
  /** Whether it requires an access token: JWT in infra/routes.go. */
  token: boolean;
  /** The initial JSON body of the card. A route without one sends none. */
  body?: Json;
}

/** A route of your own is a row such as
 *  `{ method: "POST", path: "/orders", about: "Places an order.", token: true, body: { item: "tea" } }`. */
export const endpoints: Endpoint[] = [
  { method: "GET", path: "/public", about: "Public. No token is sent.", token: false },
  {
    method: "GET",
    path: "/private",
    about: "Requires a valid access token with the route’s scope. Try it without one, too.",
    token: true,
  },
];
