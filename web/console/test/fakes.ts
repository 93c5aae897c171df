import type { Line, Request } from "../src/model";

export function request(id: string, overrides: Partial<Request> = {}): Request {
  return {
    id,
    via: "site",
    at: 1_773_342_238_000,
    took: 10,
    method: "GET",
    path: "/api/public",
    query: "",
    route: "GET /public",
    function: "public",
    invocation: `i-${id}`,
    cold: false,
    running: false,
    status: 200,
    refusal: "",
    spans: [],
    calls: 0,
    refused: 0,
    ...overrides,
  };
}

export function line(number: number, overrides: Partial<Line> = {}): Line {
  return { number, at: 0, function: "public", invocation: "i-1", kind: "output", text: `line ${number}`, ...overrides };
}
