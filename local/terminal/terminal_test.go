package terminal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/redact"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

// newTestTerminal writes into out, at a fixed time, on a page of this width.
func newTestTerminal(out io.Writer, width int) *Terminal {
	t := New(out)
	t.now = func() time.Time { return time.Date(2026, 3, 12, 19, 3, 58, 0, time.UTC) }
	t.width = func() int { return width }
	t.isReady.Store(true)
	return t
}

func TestTerminalCannotBeMovedByOthers(t *testing.T) {
	t.Parallel()
	const attack = "\x1b[2J\x1b]0;title\x07\r\u202Egnp"
	structured, err := json.Marshal(map[string]string{"level": attack, "message": attack, attack: attack})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	terminal := newTestTerminal(&out, 0)
	terminal.FunctionLine(lambda.Line{Function: "private", Text: attack})
	terminal.FunctionLine(lambda.Line{Function: "private", Text: string(structured)})
	terminal.Request(&journal.Entry{Server: "site", Method: attack, Path: attack,
		Function: "private", Refusal: attack, Failure: errors.New(attack), Warnings: []journal.Warning{{Service: "api", Message: attack}}})
	terminal.Request(&journal.Entry{Server: "site", Warnings: []journal.Warning{{Service: "api", Message: attack}}})
	slog.New(terminal.LogHandler("api")).With("of", attack).Warn("refused", "by", attack)
	terminal.ProgramLine(stack.Line{Text: attack})
	terminal.Problem(errors.New("building:\n" + attack + "\ninfra/x.go:1:2: " + attack))
	for _, c := range out.String() {
		if c != '\n' && redact.Printable(string(c)) != string(c) {
			t.Fatalf("the terminal was sent %U in %q", c, out.String())
		}
	}
	if n := strings.Count(out.String(), `\x1b[2J`); n != 15 {
		t.Errorf("expected the escapes in words, got %d in\n%s", n, out.String())
	}
}

// fault is a panic in a handler as the runtime for Go reports it.
var fault = &lambda.FunctionError{
	Type: "boundsError", Message: "index out of range [3] with length 0",
	StackTrace: json.RawMessage(`[{"path":"runtime/panic.go","line":115,"label":"goPanicIndex"},{"path":"private/handler.go","line":23,"label":"Handle"},{"path":"private/main.go","line":9,"label":"main"}]`),
	Payload:    []byte(`{"errorType":"boundsError"}`),
}

// everything shows one event of each kind, and of each kind of request.
func everything(terminal *Terminal) {
	output := func(id, text string) {
		terminal.FunctionLine(lambda.Line{Function: "private", RequestID: id, Text: text})
	}
	terminal.Step(artifact.Step{Name: "handler private"})
	terminal.Step(artifact.Step{Name: "handler private", Done: true, Took: 1234 * time.Millisecond})
	terminal.Step(artifact.Step{Name: "web app", Done: true, Took: 98 * time.Millisecond, Err: errors.New("it is shown at the end")})
	terminal.ProgramLine(stack.Line{Text: "printed"})
	terminal.ProgramLine(stack.Line{Level: "warning", Text: "logged"})
	terminal.show(Ready{Site: "http://localhost:3000", API: "http://localhost:3001/api", Tenant: "http://localhost:3002", Console: "http://localhost:3003", Stack: "dev", Email: "dev@example.com", Password: "secret", Debugger: "127.0.0.1:2345"})
	terminal.Request(&journal.Entry{Server: "site", Method: "GET", Path: "/", Status: 200, Took: 420 * time.Microsecond})
	terminal.Request(&journal.Entry{Server: "api", Method: "GET", Path: "/api/private", Status: 401, Took: 1500 * time.Microsecond, Refusal: "the token has expired"})
	output("1", `{"time":"2026-03-12T19:03:58Z","level":"INFO","requestId":"1","message":"greeted","subject":"auth0|1"}`)
	output("2", "of another request")
	output("", "while it starts")
	output("1", "a plain line")
	terminal.FunctionLine(lambda.Line{Function: "private", RequestID: "1", Kind: lambda.Report, Text: "REPORT"})
	terminal.Request(&journal.Entry{Server: "api", Method: "GET", Path: "/api/private", Status: 200, Took: 87250 * time.Microsecond, Function: "private", Ran: true, Cold: true, Invocation: "1"})
	output("3", `{"level":"ERROR","msg":"no table","name":"things"}`)
	output("3", `2026/03/12 19:03:58 {"errorType":"boundsError"}`)
	output("3", `{"level":"INFO","message":"calling the handler function resulted in a panic, the process should exit"}`)
	terminal.FunctionLine(lambda.Line{Function: "private", RequestID: "3", Kind: lambda.Fault, Text: "exit status 1"})
	terminal.Request(&journal.Entry{Server: "api", Method: "POST", Path: "/api/private/with/a/path/that/is/long", Status: 500, Took: 1234 * time.Millisecond, Function: "private", Ran: true, Invocation: "3", Failure: fault})
	terminal.Request(&journal.Entry{Server: "site", Method: "GET", Path: "/x", Status: 502, Took: 2 * time.Millisecond, Warnings: []journal.Warning{{Service: "site", Message: "request failed: no origin"}}})
	slog.New(terminal.LogHandler("tenant")).With("user", "x").Warn("sign-up refused", "cause", errors.New("it is taken"))
	terminal.Problem(fmt.Errorf("handler \"private\" does not build: go build:\n# module/lambdas/private\nlambdas/private/handler.go:3:17: undefined: x\nsrc/app.tsx(4,7): error TS2304: Cannot find name 'y'."))
}

func TestTerminalText(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	everything(newTestTerminal(&out, 0))
	want := `building handler private
built    handler private 1.2s
failed   web app 98ms
         program  | printed
         program  | logged

  Site      http://localhost:3000
  API       http://localhost:3001/api
  Tenant    http://localhost:3002
  Console   http://localhost:3003
  Delve     127.0.0.1:2345

  Sign in as dev@example.com with the password secret, or sign up with any e-mail address.
  Stop with Ctrl-C.

19:03:58 GET     /                        200  0.4ms  site
19:03:58 GET     /api/private             401  1.5ms  api
         the token has expired
         private  | while it starts
19:03:58 GET     /api/private             200   87ms  private cold
         INFO greeted  subject=auth0|1
         a plain line
19:03:58 POST    /api/private/with/a/path/that/is/long 500   1.2s  private warm
         lambdas/private/handler.go:23: boundsError: index out of range [3] with length 0
         ERROR no table  name=things
19:03:58 GET     /x                       502  2.0ms  site
         request failed: no origin
         tenant   ! sign-up refused user=x: it is taken
error: handler "private" does not build: go build:
  # module/lambdas/private
  lambdas/private/handler.go:3:17: undefined: x
  src/app.tsx(4,7): error TS2304: Cannot find name 'y'.
`
	if out.String() != want {
		t.Errorf("expected\n%s\ngot\n%s", want, out.String())
	}
}

// TestTerminalJSON: the same events, one a line.
func TestTerminalJSON(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	terminal := newTestTerminal(&out, 0)
	terminal.JSON = true
	everything(terminal)
	const at = `{"time":"2026-03-12T19:03:58Z","event":`
	want := []string{
		`"building","name":"handler private"}`,
		`"built","name":"handler private","milliseconds":1234}`,
		`"built","name":"web app","milliseconds":98,"failed":true}`,
		`"program","text":"printed"}`,
		`"program","level":"warning","text":"logged"}`,
		`"ready","site":"http://localhost:3000","api":"http://localhost:3001/api","tenant":"http://localhost:3002","console":"http://localhost:3003","stack":"dev","email":"dev@example.com","password":"secret","debugger":"127.0.0.1:2345"}`,
		`"request","server":"site","method":"GET","path":"/","status":200,"milliseconds":0.42}`,
		`"request","server":"api","method":"GET","path":"/api/private","status":401,"milliseconds":1.5,"refusal":"the token has expired"}`,
		`"log","function":"private","requestId":"1","text":"{\"time\":\"2026-03-12T19:03:58Z\",\"level\":\"INFO\",\"requestId\":\"1\",\"message\":\"greeted\",\"subject\":\"auth0|1\"}"}`,
		`"log","function":"private","requestId":"2","text":"of another request"}`,
		`"log","function":"private","text":"while it starts"}`,
		`"log","function":"private","requestId":"1","text":"a plain line"}`,
		`"request","server":"api","method":"GET","path":"/api/private","status":200,"milliseconds":87.25,"function":"private","start":"cold","requestId":"1"}`,
		`"log","function":"private","requestId":"3","text":"{\"level\":\"ERROR\",\"msg\":\"no table\",\"name\":\"things\"}"}`,
		`"log","function":"private","requestId":"3","text":"2026/03/12 19:03:58 {\"errorType\":\"boundsError\"}"}`,
		`"log","function":"private","requestId":"3","text":"{\"level\":\"INFO\",\"message\":\"calling the handler function resulted in a panic, the process should exit\"}"}`,
		`"log","function":"private","requestId":"3","text":"exit status 1","failed":true}`,
		`"request","server":"api","method":"POST","path":"/api/private/with/a/path/that/is/long","status":500,"milliseconds":1234,"function":"private","start":"warm","requestId":"3","error":"boundsError: index out of range [3] with length 0","file":"lambdas/private/handler.go","line":23}`,
		`"request","server":"site","method":"GET","path":"/x","status":502,"milliseconds":2}`,
		`"warning","service":"tenant","message":"sign-up refused user=x: it is taken"}`,
		`"error","message":"handler \"private\" does not build: go build:\n# module/lambdas/private\nlambdas/private/handler.go:3:17: undefined: x\nsrc/app.tsx(4,7): error TS2304: Cannot find name 'y'.","positions":[{"file":"lambdas/private/handler.go","line":3,"column":17,"message":"undefined: x"},{"file":"src/app.tsx","line":4,"column":7,"message":"error TS2304: Cannot find name 'y'."}]}`,
	}
	for i, got := range strings.Split(strings.TrimRight(out.String(), "\n"), "\n") {
		if i >= len(want) || got != at+want[i] {
			t.Errorf("line %d: got\n%s, expected\n%s", i+1, got, at+want[min(i, len(want)-1)])
		}
	}
}

// TestTerminalKeepsToItsWidth: no line is wider than the page, which may be narrow.
func TestTerminalKeepsToItsWidth(t *testing.T) {
	t.Parallel()
	for _, width := range []int{40, 60, 72, 80, 120, 200} {
		var out strings.Builder
		everything(newTestTerminal(&out, width))
		_, requests, _ := strings.Cut(out.String(), "Stop with Ctrl-C.")
		requests, _, _ = strings.Cut(requests, "error: ")
		for _, line := range strings.Split(requests, "\n") {
			if n := ansi.StringWidth(line); n > width {
				t.Errorf("%d columns: %d in %q", width, n, line)
			}
		}
	}
}

func TestTerminalOfFortyColumns(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	terminal := newTestTerminal(&out, 40)
	terminal.FunctionLine(lambda.Line{RequestID: "1", Text: `{"level":"INFO","message":"greeted a person whom we have not seen before"}`})
	terminal.Request(&journal.Entry{Server: "api", Method: "GET", Path: "/api/private/things/17", Status: 200, Took: 1500 * time.Microsecond, Function: "private", Ran: true, Cold: true, Invocation: "1"})
	want := `GET  /api/priv… 200  1.5ms  private cold
  INFO greeted a person whom we have not
  seen before
`
	if out.String() != want {
		t.Errorf("expected\n%s\ngot\n%s", want, out.String())
	}
}

// TestColorIsOnlyAddedTo: what is painted reads the same without its colors.
func TestColorIsOnlyAddedTo(t *testing.T) {
	t.Parallel()
	var bare, painted strings.Builder
	everything(newTestTerminal(&bare, 80))
	terminal := newTestTerminal(&painted, 80)
	terminal.color = true
	everything(terminal)
	if bare.String() == painted.String() {
		t.Error("expected colors")
	}
	if got := regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(painted.String(), ""); got != bare.String() {
		t.Errorf("expected\n%s\ngot\n%s", bare.String(), got)
	}
}

// TestLinesOfALongRequest are shown after a second, by themselves, and no line
// twice.
func TestLinesOfALongRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out terminaltest.Output
		terminal := newTestTerminal(&out, 0)
		log := func(text string) {
			terminal.FunctionLine(lambda.Line{Function: "slow", RequestID: "1", Text: text})
		}
		log("one")
		time.Sleep(flushAfter - time.Millisecond)
		synctest.Wait()
		if out.Len() > 0 {
			t.Errorf("too early: %q", out.String())
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if want := "         slow     | one\n"; out.String() != want {
			t.Errorf("after %v: expected %q, got %q", flushAfter, want, out.String())
		}
		out.Reset()
		log("two")
		terminal.Request(&journal.Entry{Server: "api", Method: "GET", Path: "/", Status: 200, Function: "slow", Invocation: "1"})
		time.Sleep(2 * flushAfter)
		synctest.Wait()
		if !strings.HasSuffix(out.String(), "slow\n         two\n") {
			t.Errorf("got %q", out.String())
		}
		out.Reset()
		for range maxPendingLines {
			log("many")
		}
		if n := strings.Count(out.String(), "many"); n != maxPendingLines || len(terminal.pending) > 0 {
			t.Errorf("expected %d lines at once and none pending, got %d", maxPendingLines, n)
		}
	})
}

// TestProgressCountsTheSeconds: on a terminal, what is being built is one line
// that is redrawn, and that leaves nothing behind.
func TestProgressCountsTheSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out terminaltest.Output
		terminal := newTestTerminal(&out, 32)
		terminal.now, terminal.redraws = time.Now, true
		terminal.Step(artifact.Step{Name: "handler private"})
		terminal.Step(artifact.Step{Name: "npm packages"})
		time.Sleep(time.Second)
		synctest.Wait()
		terminal.Step(artifact.Step{Name: "handler private", Done: true, Took: time.Second})
		terminal.Step(artifact.Step{Name: "npm packages", Done: true, Took: time.Second})
		time.Sleep(time.Minute)
		synctest.Wait()
		want := strings.Join([]string{
			"", "building handler private  0s", "building handler private, …  0s", "building handler private, …  1s",
			"built    handler private 1.0s\nbuilding npm packages  1s", "built    npm packages 1.0s\n"}, clearLine)
		if out.String() != want {
			t.Errorf("expected %q, got %q", want, out.String())
		}
	})
}

// TestProgressCounts what a build counts: in a file every few seconds, as an event every
// second, and a step that counts is one step.
func TestProgressCounts(t *testing.T) {
	t.Parallel()
	for name, want := range map[bool][]string{
		false: {"building program", "building program 7 modules  5s", "building program 212 of 543 packages  10s", "built    program 11.0s"},
		true: {`"building","name":"program"`, `"building","name":"program","count":7,"unit":"modules"`,
			`"building","name":"program","count":212,"total":543,"unit":"packages"`, `"built","name":"program","milliseconds":11000`},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out terminaltest.Output
			terminal := newTestTerminal(&out, 0)
			terminal.now, terminal.JSON = time.Now, name
			terminal.Step(artifact.Step{Name: "program"})
			terminal.Step(artifact.Step{Name: "program"}) // somebody else, who waits for it
			terminal.Step(artifact.Step{Name: "program", Count: 7, Unit: "modules"})
			time.Sleep(6 * time.Second)
			for i := range 212 {
				terminal.Step(artifact.Step{Name: "program", Count: i + 1, Total: 543, Unit: "packages"})
			}
			time.Sleep(5 * time.Second)
			terminal.Step(artifact.Step{Name: "program", Done: true, Took: time.Second})
			terminal.Step(artifact.Step{Name: "program", Done: true, Took: 11 * time.Second})
			time.Sleep(time.Minute)
			synctest.Wait()
			if n := strings.Count(out.String(), "built"); n != 1 {
				t.Errorf("expected one end, got %d:\n%s", n, out.String())
			}
			at := 0
			for _, part := range want {
				i := strings.Index(out.String()[at:], part)
				if i < 0 {
					t.Fatalf("JSON %t: expected %q after the first %d bytes of\n%s", name, part, at, out.String())
				}
				at += i + len(part)
			}
		})
	}
}

// TestCanceledBuildIsNoFailure: a later save has ended it.
func TestCanceledBuildIsNoFailure(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	terminal := newTestTerminal(&out, 0)
	terminal.Step(artifact.Step{Name: "program"})
	out.Reset()
	terminal.Step(artifact.Step{Name: "program", Done: true, Err: fmt.Errorf("program: %w", context.Canceled)})
	if out.Len() > 0 {
		t.Errorf("got %q", out.String())
	}
}

// TestRequestsBeforeReady are those of the cloud's parts to each other.
func TestRequestsBeforeReady(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	terminal := newTestTerminal(&out, 0)
	terminal.isReady.Store(false)
	handler := journal.New(journal.Options{OnEnd: terminal.Request}).Handler("api", http.NotFoundHandler())
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api", nil))
	if out.Len() > 0 {
		t.Errorf("got %q", out.String())
	}
	terminal.isReady.Store(true)
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api", nil))
	if !strings.Contains(out.String(), "/api                     404 ") {
		t.Errorf("got %q", out.String())
	}
}

// TestInvocationThatNoRequestCausedIsShown, but for those of the console, which shows
// them itself; and so is what was left out only if it fails.
func TestInvocationThatNoRequestCausedIsShown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		entry journal.Entry
		want  string
	}{
		{"of a queue", journal.Entry{Via: "queue", Method: "QUEUE", Path: "things", Status: 200, Function: "worker", Ran: true}, "19:03:58 QUEUE   things                   200 <0.1ms  worker warm\n"},
		{"that cannot be called", journal.Entry{Via: "stream", Status: 500, Refusal: "no", Failure: errors.New("no")}, "19:03:58                                  500 <0.1ms  stream\n         no\n"},
		{"of the console", journal.Entry{Via: "console", Status: 500, Failure: errors.New("no")}, ""},
		{"an aborted answer", journal.Entry{Via: "site", Server: "site", Status: 200, Aborted: true}, ""},
		{"left out", journal.Entry{Via: "site", Server: "site", Status: 399, LeftOut: true}, ""},
		{"left out, and failing", journal.Entry{Via: "site", Server: "site", Status: 400, LeftOut: true}, "19:03:58                                  400 <0.1ms  site\n"},
	} {
		var out strings.Builder
		newTestTerminal(&out, 0).Request(&test.entry)
		if out.String() != test.want {
			t.Errorf("%s: expected %q, got %q", test.name, test.want, out.String())
		}
	}
}

func TestBrief(t *testing.T) {
	t.Parallel()
	for ms, want := range map[float64]string{0: "<0.1ms", 0.04: "<0.1ms", 0.05: "0.1ms", 9.94: "9.9ms", 9.96: "10ms", 999.4: "999ms", 999.6: "1.0s", 61_000: "61.0s"} {
		if got := brief(ms); got != want {
			t.Errorf("%v: expected %s, got %s", ms, want, got)
		}
	}
}

// TestReadmeListsTheEvents: each event of -json with each of its fields.
func TestReadmeListsTheEvents(t *testing.T) {
	t.Parallel()
	_, rest, _ := strings.Cut(readText(t, "../README.md"), "<!-- events -->\n")
	table, _, _ := strings.Cut(rest, "<!-- /events -->")
	rows := strings.Split(strings.TrimSpace(table), "\n")[2:]
	events := []event{buildingEvent{}, builtEvent{}, Ready{}, reloadedEvent{}, requestEvent{}, logEvent{}, Live{}, debuggedEvent{}, programEvent{}, warningEvent{}, errorEvent{}}
	if len(rows) != len(events) {
		t.Fatalf("expected %d rows, got %d", len(events), len(rows))
	}
	for i, e := range events {
		var fields []string
		for _, field := range reflect.VisibleFields(reflect.TypeOf(e)) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			fields = append(fields, "`"+name+"`")
		}
		if want := "| `" + e.name() + "` | " + strings.Join(fields, " ") + " |"; !strings.HasPrefix(rows[i], want) {
			t.Errorf("expected a row that begins with\n%s\ngot\n%s", want, rows[i])
		}
	}
}

func FuzzReadableLog(f *testing.F) {
	f.Add(`{"level":"INFO","message":"greeted","x":[1,{}]}`)
	f.Add(`{"message":1}`)
	f.Add("{")
	f.Fuzz(func(t *testing.T, text string) {
		page := layout{width: 40}
		line, _ := readableLog(text)
		for _, piece := range strings.Split(page.under("", plain, line), "\n") {
			if ansi.StringWidth(piece) > 40 && len(line) <= 1<<16 {
				t.Errorf("%q is too wide", piece)
			}
		}
	})
}

func TestRefusalIsShown(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	terminal := newTestTerminal(&out, 0)
	refuse := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		journal.From(r.Context()).Note(func(e *journal.Entry) { e.Refusal = "the token has expired" })
		w.WriteHeader(http.StatusUnauthorized)
	})
	journal.New(journal.Options{OnEnd: terminal.Request}).Handler("api", refuse).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api/private", nil))
	if want := "  api\n         the token has expired\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("expected a line that ends in %q, got %q", want, out.String())
	}
}

func readText(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReadyShowsTheSecondUser(t *testing.T) {
	t.Parallel()
	e := Ready{Email: "dev@example.com", Password: "local-password", SecondEmail: "guest@example.com", SecondPassword: "guest-password"}
	const want = "or sign up with any e-mail address. It has all roles; guest@example.com, password guest-password, has none."
	if text := strings.Join(strings.Fields(e.text(layout{})), " "); !strings.Contains(text, want) {
		t.Errorf("expected %q in %q", want, text)
	}
}
