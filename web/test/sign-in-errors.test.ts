import { describe, expect, it } from "vitest";
import { noticeFor, noticeFrom, strayError } from "../src/sign-in-errors";

/** As the SDK throws them: an Error with these two fields. */
function sdkError(error: string, error_description: string): Error {
  return Object.assign(new Error(error_description), { error, error_description });
}

describe("noticeFrom", () => {
  it.each([
    {
      name: "a declined consent",
      error: sdkError("access_denied", "User did not authorize the request"),
      code: "access_denied",
      title: "The sign-in was refused",
      says: "User did not authorize the request",
    },
    {
      name: "no session",
      error: sdkError("login_required", "Login required"),
      code: "login_required",
      title: "Your session has ended",
      says: "Login required",
    },
    {
      name: "consent",
      error: sdkError("consent_required", "Consent required"),
      code: "consent_required",
      title: "Your consent is needed",
      says: "hidden frame",
    },
    {
      name: "interaction",
      error: sdkError("interaction_required", "Consent required"),
      code: "interaction_required",
      title: "The tenant has a question",
      says: "hidden frame",
    },
    {
      name: "no refresh token",
      error: sdkError("missing_refresh_token", "Missing Refresh Token (audience: 'x')"),
      code: "missing_refresh_token",
      title: "No refresh token is left",
      says: "cannot be renewed",
    },
    {
      name: "a revoked refresh token",
      error: sdkError("invalid_grant", "Unknown or invalid refresh token."),
      code: "invalid_grant",
      title: "The refresh token is no longer valid",
      says: "Unknown or invalid refresh token",
    },
    {
      name: "a foreign answer",
      error: sdkError("state_mismatch", "Invalid state"),
      code: "state_mismatch",
      title: "This sign-in was not begun here",
      says: "Sign in again",
    },
    {
      name: "a used answer",
      error: sdkError("missing_transaction", "Invalid state"),
      code: "state_mismatch",
      title: "This sign-in was not begun here",
      says: "Sign in again",
    },
    {
      name: "a time-out",
      error: sdkError("timeout", "Timeout"),
      code: "timeout",
      title: "The tenant did not answer in time",
      says: "reachable",
    },
    {
      name: "a time-out in the worker",
      error: new Error("Timeout when executing 'fetch'"),
      code: "timeout",
      title: "The tenant did not answer in time",
      says: "reachable",
    },
    {
      name: "no network",
      error: new TypeError("Failed to fetch"),
      code: "network",
      title: "The tenant could not be reached",
      says: "Check the network",
    },
    {
      name: "no network in the worker",
      error: new Error("Failed to fetch"),
      code: "network",
      title: "The tenant could not be reached",
      says: "Check the network",
    },
    {
      name: "a code of the future",
      error: sdkError("moon_required", "Full moon"),
      code: "moon_required",
      title: "The sign-in did not finish",
      says: "The tenant says: “Full moon”.",
    },
    {
      name: "a code that every object has",
      error: sdkError("constructor", "x"),
      code: "constructor",
      title: "The sign-in did not finish",
      says: "“x”",
    },
    {
      name: "another error",
      error: new Error("Something odd"),
      code: "unknown",
      title: "The sign-in did not finish",
      says: "“Something odd”",
    },
    { name: "no error at all", error: 7, code: "unknown", title: "The sign-in did not finish", says: "Try again" },
  ])("has words for $name", ({ error, code, title, says }) => {
    const notice = noticeFrom(error);
    expect(notice).toMatchObject({ code, title });
    expect(notice.text).toContain(says);
  });

  it("cuts a description that would fill the page", () => {
    expect(noticeFrom(sdkError("access_denied", "x".repeat(5000))).text.length).toBeLessThan(500);
  });
});

describe("strayError", () => {
  it.each([
    { name: "an answer of the SDK", search: "?error=access_denied&state=s", want: undefined },
    {
      name: "a known code without state",
      search: "?error=access_denied&error_description=Call+0900",
      want: "access_denied",
    },
    { name: "somebody's own parameter", search: "?error=17", want: undefined },
    { name: "nothing", search: "", want: undefined },
  ])("$name", ({ search, want }) => {
    expect(strayError(search)).toBe(want);
  });

  it("shows no text from such an address", () => {
    expect(noticeFor("access_denied").text).not.toContain("0900");
  });
});
