package terminal

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/redact"
	"api-auth-jwt-auth0/local/stack"
)

// leaks are texts with a secret, as paths, logs and errors have them.
var leaks = []string{
	"/x/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.LEAKLEAKLEAK",
	"/x/eyJhbGciOiJSUzI1NiJ9%2EeyJzdWIiOiIxIn0%2eLEAKLEAKLEAK",
	"https://site/callback?state=1&code=LEAKLEAKLEAK-0123456789",
	"body: Y29kZV92ZXJpZmllcj1MRUFLTEVBS0xFQUs=",
	`bad event {\"headers\":{\"cookie\":\"a=LEAKLEAKLEAK\"}`,
	"refresh_token=LEAKLEAKLEAK x-amz-security-token: LEAKLEAKLEAK1",
	`{"level":"ERROR","msg":"no","authorization":"Bearer LEAKLEAKLEAK"}`,
}

// TestTerminalShowsNoSecret, neither as text nor as JSON, and no character that
// moves a cursor or turns a line around.
func TestTerminalShowsNoSecret(t *testing.T) {
	t.Parallel()
	const controls = "\x1b\x7f\u009b\u202e\u2066\u200b\U000e0001"
	for _, asJSON := range []bool{false, true} {
		var out strings.Builder
		terminal := newTestTerminal(&out, 0)
		terminal.JSON = asJSON
		for _, leak := range leaks {
			terminal.FunctionLine(lambda.Line{Function: "private", Text: leak})
			terminal.FunctionLine(lambda.Line{Function: "private", RequestID: "1", Text: leak})
			terminal.Request(&journal.Entry{Server: "api", Method: "GET", Path: leak, Refusal: leak, Invocation: "1", Failure: errors.New(leak)})
			terminal.Request(&journal.Entry{Server: "api", Warnings: []journal.Warning{{Service: "api", Message: leak}}})
			terminal.ProgramLine(stack.Line{Text: leak})
			terminal.Live(Live{State: "offline", Stack: "dev", Name: "anna", Message: leak})
			terminal.Problem(errors.New("it failed\ninfra/x.go:1:2: " + leak))
			terminal.Fail(&out, errors.New(leak))
			slog.New(terminal.LogHandler("api")).Warn("got", "by", leak)
		}
		terminal.ProgramLine(stack.Line{Text: controls})
		got := out.String()
		for _, secret := range []string{"LEAK", "TEVBS"} { // the second is in the base64
			if i := strings.Index(got, secret); i >= 0 {
				t.Errorf("json %t: a secret is shown: %q", asJSON, got[max(0, i-200):i+50])
			}
		}
		for _, c := range got {
			if c != '\n' && redact.Printable(string(c)) != string(c) {
				t.Errorf("json %t: %U is shown", asJSON, c)
			}
		}
	}
}
