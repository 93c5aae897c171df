// @vitest-environment jsdom
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { Link, navigate, usePath } from "../router";

afterEach(() => {
  history.replaceState(null, "", "/");
});

describe("navigate", () => {
  function Path() {
    return <p data-testid="path">{usePath()}</p>;
  }
  const shown = () => screen.getByTestId("path").textContent;

  it("is followed by usePath, and adds an entry", () => {
    render(<Path />);
    const before = history.length;
    act(() => navigate("/profile"));
    expect(shown()).toBe("/profile");
    expect(history.length).toBe(before + 1);
  });

  it("replaces the entry on request", () => {
    render(<Path />);
    const before = history.length;
    act(() => navigate("/profile", "replace"));
    expect(shown()).toBe("/profile");
    expect(history.length).toBe(before);
  });

  it("follows the browser's own navigation", () => {
    render(<Path />);
    act(() => {
      history.replaceState(null, "", "/elsewhere");
      dispatchEvent(new PopStateEvent("popstate"));
    });
    expect(shown()).toBe("/elsewhere");
  });
});

describe("Link", () => {
  it("navigates without loading the page", async () => {
    render(<Link href="/profile">Go</Link>);
    await userEvent.click(screen.getByRole("link", { name: "Go" }));
    expect(location.pathname).toBe("/profile");
  });

  it("works by keyboard", async () => {
    render(<Link href="/profile">Go</Link>);
    await userEvent.tab();
    await userEvent.keyboard("{Enter}");
    expect(location.pathname).toBe("/profile");
  });

  it.each(["{Control>}", "{Meta>}", "{Shift>}"])("leaves %s and a click to the browser", async (key) => {
    const user = userEvent.setup();
    render(<Link href="/profile">Go</Link>);
    let prevented: boolean | undefined;
    const look = (event: MouseEvent) => {
      prevented = event.defaultPrevented;
      event.preventDefault(); // jsdom cannot open windows.
    };
    addEventListener("click", look);
    await user.keyboard(key);
    await user.click(screen.getByRole("link"));
    removeEventListener("click", look);
    expect(prevented).toBe(false);
    expect(location.pathname).toBe("/");
  });
});
