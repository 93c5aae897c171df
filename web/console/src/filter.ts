import type { Line, Request } from "./model";

export type Show = "all" | "running" | "refused" | "failed" | "cold";

/** Requests that a filter lets through. Each word has to occur, in any case, in what the list or the detail shows. */
export function filterRequests(requests: Request[], words: string, show: Show): Request[] {
  const wanted = split(words);
  return requests.filter((request) => shown(request, show) && matches(requestText(request), wanted));
}

export function filterLines(lines: Line[], words: string, name: string): Line[] {
  const wanted = split(words);
  return lines.filter(
    (line) =>
      (name === "" || line.function === name) && matches(`${line.function} ${line.invocation} ${line.text}`, wanted),
  );
}

function shown(request: Request, show: Show): boolean {
  switch (show) {
    case "all":
      return true;
    case "running":
      return request.running;
    case "refused":
      return request.status >= 400 && request.status < 500;
    case "failed":
      return request.status >= 500;
    case "cold":
      return request.cold;
  }
}

function requestText({ method, path, query, running, status, route, function: name, id, invocation, refusal, via }: Request) {
  return `${method} ${path}?${query} ${running ? "running" : status} ${route} ${name} ${id} ${invocation} ${refusal} ${via}`;
}

function split(words: string): string[] {
  return words.toLowerCase().split(/\s+/).filter(Boolean);
}

function matches(text: string, wanted: string[]): boolean {
  const lower = text.toLowerCase();
  return wanted.every((word) => lower.includes(word));
}
