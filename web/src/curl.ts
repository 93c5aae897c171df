import type { Call } from "./calls";

/** The call as a curl command for a POSIX shell. The token is a variable: a secret does not belong in a history file. */
export function curlCommand(call: Call): string {
  const sendsToken = call.state.kind === "done" && call.state.credential === "token";
  // In double quotes, so that the shell puts the variable in.
  return `curl -i ${sendsToken ? '-H "Authorization: Bearer $TOKEN" ' : ""}${quote(call.url)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
