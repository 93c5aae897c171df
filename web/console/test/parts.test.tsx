// @vitest-environment jsdom
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { LiveState } from "../src/parts/live-state";
import { moveAmongRows } from "../src/parts/rows";
import { Waterfall } from "../src/parts/waterfall";
import { request } from "./fakes";

it("draws each span where it was, and nothing beyond the request's end", () => {
  const spans = [
    { name: "edge", start: 0, took: 10 },
    { name: "handler", start: 5, took: 2.5 },
    { name: "queue", start: 10, took: 0 },
  ];
  const { container } = render(<Waterfall request={request("1", { spans })} />);
  const bars = Array.from(container.querySelectorAll("rect"), (bar) => [
    bar.getAttribute("x"),
    bar.getAttribute("width"),
  ]);
  expect(bars).toEqual([
    ["0%", "100%"],
    ["50%", "25%"],
    ["99.6%", "0.4%"],
  ]);
  expect(container.querySelector("[style]")).toBeNull();
});

it("has the calls below the handler, refused ones with the reason", () => {
  const spans = [
    { name: "handler", start: 0, took: 8 },
    { name: "edge", start: 0, took: 10 },
  ];
  const call = {
    service: "dynamodb",
    action: "PutItem",
    resource: "orders",
    start: 2,
    took: 2,
    status: 200,
    refusal: "",
  };
  const calls = [
    call,
    { ...call, action: "Scan", status: 400, refusal: "AccessDeniedException: not authorized" },
    { ...call, action: "UpdateItem", status: 400 },
  ];
  const { container } = render(<Waterfall request={request("1", { spans })} calls={calls} more={2} />);
  const rows = Array.from(container.querySelectorAll<HTMLElement>("tr:not(:has(.call-refusal))"), (row) => [
    row.dataset.span ?? row.dataset.call,
    row.dataset.tone,
  ]);
  expect(rows).toEqual([
    ["handler", undefined],
    ["dynamodb PutItem", "good"],
    ["dynamodb Scan", "failed"],
    ["dynamodb UpdateItem", "refused"],
    ["edge", undefined],
  ]);
  expect(container.querySelector(".call-refusal")?.textContent).toBe("AccessDeniedException: not authorized");
  expect(container.textContent).toContain("2 more calls");
  expect(container.querySelectorAll("rect")[1]?.getAttribute("x")).toBe("20%");
});

it("moves the focus by arrow keys, Home and End", () => {
  render(
    <div data-testid="list" onKeyDown={moveAmongRows}>
      <button>a</button>
      <a href="/b">b</a>
      <button>c</button>
    </div>,
  );
  const button = (name: string) => screen.getByText(name);
  button("a").focus();
  for (const [key, name] of [
    ["ArrowDown", "b"],
    ["End", "c"],
    ["ArrowDown", "c"],
    ["ArrowUp", "b"],
    ["Home", "a"],
    ["ArrowUp", "a"],
    ["x", "a"],
  ] as const) {
    fireEvent.keyDown(document.activeElement ?? document.body, { key });
    expect(document.activeElement).toBe(button(name));
  }
});

it.each([
  ["online", "This machine answers"],
  ["offline", "The deployed functions answer"],
  ["outdated", "This machine answers"],
] as const)("says who answers while live is %s", (state, who) => {
  const live = { state, name: "anna", url: "https://d1.cloudfront.net/?live=anna", message: "why" };
  const { container, unmount } = render(<LiveState live={live} stack="dev" />);
  expect(container.textContent).toContain(`Live is ${state}`);
  expect(container.textContent).toContain(who);
  expect(container.querySelector("a")?.getAttribute("href")).toBe(live.url);
  expect(container.querySelector("pre")?.textContent).toBe("why");
  unmount();
});
