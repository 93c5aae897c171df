package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/lambda"
)

func TestTerminalCannotBeMovedByOthers(t *testing.T) {
	t.Parallel()
	const attack = "\x1b[2J\x1b]0;title\x07\r\u202Egnp"
	var out strings.Builder
	terminal := newTerminal(&out)
	terminal.isReady.Store(true)
	terminal.functionLine(lambda.Line{Function: "private", Text: attack})
	terminal.request("site", httptest.NewRequest(http.MethodGet, "/%1b%5b2J", nil), 404, http.Header{}, time.Millisecond)
	slog.New(terminal.logHandler("api")).Warn("said", "by", attack)
	for _, c := range out.String() {
		if c != '\n' && unprintable(c) {
			t.Errorf("the terminal was sent %U in %q", c, out.String())
		}
	}
	if !strings.Contains(out.String(), `\x1b[2J`) {
		t.Errorf("expected the escapes in words, got %q", out.String())
	}
}

func TestTerminalLines(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	terminal := newTerminal(&out)
	request := httptest.NewRequest(http.MethodGet, "/api/private", nil)
	terminal.request("api", request, 401, http.Header{}, time.Millisecond) // before it is ready
	terminal.isReady.Store(true)
	terminal.step(artifact.Step{Name: "handler private"})
	terminal.step(artifact.Step{Name: "handler private", Done: true, Took: 1234 * time.Millisecond})
	terminal.step(artifact.Step{Name: "handler public", Done: true, Err: errors.New("it is shown at the end")})
	terminal.request("api", request, 401, http.Header{"www-authenticate": {`Bearer scope="a" error="invalid_token" error_description="the token has expired"`}}, 1500*time.Microsecond)
	terminal.request("api", request, 401, http.Header{"www-authenticate": {"Bearer"}}, time.Millisecond)
	terminal.functionLine(lambda.Line{Function: "private", Kind: lambda.Output, Text: "said"})
	terminal.functionLine(lambda.Line{Function: "private", Kind: lambda.Report, Text: "REPORT"})
	terminal.functionLine(lambda.Line{Function: "private", Kind: lambda.Fault, Text: "timed out"})
	want := `building handler private
built    handler private 1.23s
TIME 401 api    GET  /api/private  1.5ms  the token has expired
TIME 401 api    GET  /api/private  1ms  no token
private  | said
private  | timed out
`
	got := regexp.MustCompile(`\d\d:\d\d:\d\d`).ReplaceAllString(out.String(), "TIME")
	if got != want {
		t.Errorf("expected\n%sgot\n%s", want, got)
	}
}
