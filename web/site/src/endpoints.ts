// The API's routes that the start page calls: one row here is one card there.
import type { Json, Method } from "./http";

export interface Endpoint {
  method: Method;
  /** As infra/routes.go has it, with its variables: `/orders/{id}`. */
  path: string;
  /** What the route does, in a sentence or two. */
  about: string;
  /** Whether it asks for an access token: JWT in infra/routes.go. */
  token: boolean;
  /** The JSON body that the card begins with. A route without one sends none. */
  body?: Json;
}

/** A route of your own is a row such as
 *  `{ method: "POST", path: "/orders", about: "Places an order.", token: true, body: { item: "tea" } }`. */
export const endpoints: Endpoint[] = [
  { method: "GET", path: "/public", about: "Open to anyone. No token is sent.", token: false },
  {
    method: "GET",
    path: "/private",
    about: "Answers only a valid access token that holds the route’s scope. Worth a try without one, too.",
    token: true,
  },
];
