import { describe, expect, it } from "vitest";
import { noticeFor, noticeFrom, strayError, tokenNotice } from "../src/sign-in-errors";

/** As the SDK throws them: an Error with these two fields. */
function sdkError(error: string, error_description: string): Error {
  return Object.assign(new Error(error_description), { error, error_description });
}

describe("noticeFrom", () => {
  it.each([
    {
      name: "a refusal of a rule",
      error: sdkError("access_denied", "Only for members"),
      code: "access_denied",
      title: "The sign-in was refused",
      says: "The tenant’s message: “Only for members”.",
    },
    {
      name: "a refusal whose words are about a cancellation",
      error: sdkError("access_denied", "Your plan was cancelled"),
      code: "access_denied",
      title: "The sign-in was refused",
      says: "Your plan was cancelled",
    },
    {
      name: "a refusal without a description",
      error: sdkError("access_denied", "access_denied"),
      code: "access_denied",
      title: "The sign-in was refused",
      says: "does not allow this account",
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
      title: "The tenant needs your attention",
      says: "hidden frame",
    },
    {
      name: "a code that is no longer good",
      error: sdkError("invalid_grant", "Invalid authorization code"),
      code: "invalid_grant",
      title: "The sign-in could not be completed",
      says: "Invalid authorization code",
    },
    {
      name: "a foreign answer",
      error: sdkError("state_mismatch", "Invalid state"),
      code: "state_mismatch",
      title: "This sign-in was not started here",
      says: "Sign in again",
    },
    {
      name: "a used answer",
      error: sdkError("missing_transaction", "Invalid state"),
      code: "state_mismatch",
      title: "This sign-in was not started here",
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
      says: "The tenant’s message: “Full moon”.",
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
  ])("explains $name", ({ error, code, title, says }) => {
    const notice = noticeFrom(error);
    expect(notice).toMatchObject({ code, title });
    expect(notice.text).toContain(says);
  });

  it("shortens a long description", () => {
    expect(noticeFrom(sdkError("access_denied", "x".repeat(5000))).text.length).toBeLessThan(500);
  });
});

describe("a user who cancels", () => {
  it.each([
    "User did not authorize the request",
    "The user has denied access to the scope requested by the client application.",
    "The user has denied your application access.",
    "The user cancelled LinkedIn login",
    "Permissions error",
  ])("is undefined: %s", (description) => {
    expect(noticeFrom(sdkError("access_denied", description))).toEqual(noticeFor("cancelled"));
  });

  it("sees no refusal and no text from outside", () => {
    const { title, text } = noticeFor("cancelled");
    expect(`${title} ${text}`).not.toMatch(/refus|denied|error|fail/i);
  });
});

describe("a session that has ended", () => {
  const sentence = "You were signed out elsewhere, or your session at the tenant has expired. Sign in again.";

  it.each([
    { name: "when the tenant knows none", error: sdkError("login_required", "Login required") },
    {
      name: "when the refresh token was revoked",
      error: sdkError("invalid_grant", "Unknown or invalid refresh token."),
    },
    { name: "when there is no refresh token", error: sdkError("missing_refresh_token", "Missing Refresh Token") },
  ])("is described in one sentence $name", ({ error }) => {
    expect(tokenNotice(error)).toEqual({
      code: (error as { error?: string }).error,
      title: "Your session has ended",
      text: sentence,
    });
  });

  it.each(["session_ended", "session_lost"])("is described in the same for %s", (code) => {
    expect(noticeFor(code).title).toBe("Your session has ended");
    expect(noticeFor(code).text.startsWith(sentence)).toBe(true);
  });

  it("is not reported if the tenant is down", () => {
    expect(tokenNotice(new TypeError("Failed to fetch")).code).toBe("network");
    expect(tokenNotice(sdkError("timeout", "Timeout")).code).toBe("timeout");
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
    { name: "another application's parameter", search: "?error=17", want: undefined },
    { name: "nothing", search: "", want: undefined },
  ])("$name", ({ search, want }) => {
    expect(strayError(search)).toBe(want);
  });

  it("shows no text from such an address", () => {
    expect(noticeFor("access_denied").text).not.toContain("0900");
  });
});
