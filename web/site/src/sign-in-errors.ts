// Messages for the errors of sign-ins and token requests.
// Codes: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1,
// https://openid.net/specs/openid-connect-core-1_0.html#AuthError,
// https://github.com/auth0/auth0-spa-js/blob/v2.27.0/src/errors.ts
import type { Notice } from "./session";

interface Message {
  title: string;
  text: string;
}

/** The same at a call, at a renewal, and when the page is loaded. */
const sessionEnded: Message = {
  title: "Your session has ended",
  text: "You were signed out elsewhere, or your session at the tenant has expired. Sign in again.",
};

const messages: Record<string, Message> = {
  access_denied: {
    title: "The sign-in was refused",
    text: "Access was denied: a rule of the tenant does not allow this account.",
  },
  cancelled: {
    title: "You did not sign in",
    text: "The sign-in was cancelled before it was finished. Sign in whenever you like.",
  },
  login_required: sessionEnded,
  session_ended: sessionEnded,
  session_lost: {
    title: sessionEnded.title,
    text: `${sessionEnded.text} If each reload of the page ends it, this browser blocks the tenant's cookie in a hidden frame (third-party cookies).`,
  },
  session_unknown: {
    title: "Your session could not be checked",
    text: "You were signed in before. The tenant could not be reached, or needs to show a page, which a hidden frame cannot. Reload the page, or sign in.",
  },
  consent_required: {
    title: "Your consent is needed",
    text: "The tenant needs your consent before it issues a token for this API, and cannot ask in a hidden frame. Sign in to answer.",
  },
  interaction_required: {
    title: "The tenant needs your attention",
    text: "It needs to show you a page before it issues a token, and cannot in a hidden frame. Sign in to continue.",
  },
  invalid_grant: {
    title: "The sign-in could not be completed",
    text: "The tenant no longer accepts its code: it has expired, was used before, or was meant for another sign-in. Sign in again.",
  },
  unauthorized: {
    title: "The sign-in was refused",
    text: "The tenant does not allow this account. It may be blocked, or its e-mail address unverified.",
  },
  timeout: {
    title: "The tenant did not answer in time",
    text: "Check that it is running and reachable, then try again.",
  },
  network: {
    title: "The tenant could not be reached",
    text: "The connection failed. Check the network, and that the tenant's address in /config.json is right.",
  },
  state_mismatch: {
    title: "This sign-in was not started here",
    text: "The answer does not belong to a sign-in of this tab. That happens after going back, or when the link was copied. Sign in again.",
  },
  insecure_page: {
    title: "Signing in needs a secure page",
    text: "Browsers provide the necessary cryptography only over https:// and on http://localhost. Open the page there.",
  },
};

const unknownError: Message = {
  title: "The sign-in did not finish",
  text: "Try again. If it fails again, look at the tenant's log.",
};

/** The token endpoint's errors that end a session: the tenant's session is over, or the refresh token has expired,
 *  was revoked, or was used twice. */
const sessionEnds = ["login_required", "invalid_grant", "missing_refresh_token"];

/** The notice for an error that the SDK threw for a token request. */
export function tokenNotice(error: unknown): Notice {
  const code = codeOf(error);
  return sessionEnds.includes(code) ? { code, ...sessionEnded } : noticeFrom(error);
}

/** The notice for a failed sign-in. The tenant's description is added if it has more detail. */
export function noticeFrom(error: unknown): Notice {
  const code = codeOf(error);
  if (code === "access_denied" && cancelled.test(descriptionText(error))) return noticeFor("cancelled");
  const description = descriptionOf(error);
  const known = messageFor(code);
  if (known === undefined) return { code, title: unknownError.title, text: join(description, unknownError.text) };
  // Their descriptions are internal texts of the SDK or the browser.
  const repeats = code === "network" || code === "state_mismatch";
  return { code, title: known.title, text: join(known.text, repeats ? "" : description) };
}

/** The notice for a code of this site, or for one from an address, which may be forged: no text from outside is shown. */
export function noticeFor(code: string): Notice {
  return { code, ...(messageFor(code) ?? unknownError) };
}

/** A known error code in an answer without `state`. The SDK ignores such an answer: anyone could have made the link. */
export function strayError(search: string): string | undefined {
  const query = new URLSearchParams(search);
  const code = query.get("error");
  return code === null || query.has("state") || messageFor(code) === undefined ? undefined : code;
}

// access_denied means a refusal by the tenant or a user who cancels; only the description distinguishes them. Auth0
// itself sends the first, for a declined consent; the others come from its social connections: Microsoft and GitHub,
// LinkedIn, Facebook. Any other text may be that of a rule.
const cancelled =
  /^(user did not authorize the request|the user has denied .*|the user cancell?ed .*|permissions error)\.?$/i;

// The code comes from outside, and may be the name of an inherited property.
function messageFor(code: string): Message | undefined {
  return Object.hasOwn(messages, code) ? messages[code] : undefined;
}

function codeOf(error: unknown): string {
  // Both mean that this tab has no matching sign-in.
  if (hasText(error, "error")) return error.error === "missing_transaction" ? "state_mismatch" : error.error;
  if (!(error instanceof Error)) return "unknown";
  // Plain errors of the SDK and of fetch differ only in their messages.
  if (/timeout/i.test(error.message)) return "timeout";
  if (error instanceof TypeError || /failed to fetch|network|load failed/i.test(error.message)) return "network";
  return "unknown";
}

function descriptionText(error: unknown): string {
  return hasText(error, "error_description") ? error.error_description.trim() : "";
}

function descriptionOf(error: unknown): string {
  if (hasText(error, "error_description")) return sentence(error.error_description);
  return error instanceof Error && !hasText(error, "error") ? sentence(error.message) : "";
}

function hasText<K extends string>(value: unknown, key: K): value is Record<K, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    key in value &&
    typeof (value as Record<K, unknown>)[key] === "string"
  );
}

function sentence(text: string): string {
  const trimmed = text.trim().slice(0, 300);
  return trimmed === "" || /^timeout/i.test(trimmed) ? "" : `The tenant’s message: “${trimmed}”.`;
}

function join(...parts: string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}
