package serving

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/outputs"
)

// testDir holds what the tests share. TestMain removes it.
var testDir string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if testDir, err = os.MkdirTemp("", "serving-test-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(testDir)
		return m.Run()
	}())
}

// handlerZip is the archive of package lambda's test handler, which acts on its event.
var handlerZip = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(testDir, "bootstrap")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-tags", "lambda.norpc", "-o", binary, "../../lambda/testdata/handler").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	code, err := os.ReadFile(binary)
	if err != nil {
		return "", err
	}
	path := filepath.Join(testDir, "handler.zip")
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	archive := zip.NewWriter(file)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Store}
	header.SetMode(0o755)
	entry, err := archive.CreateHeader(header)
	if err == nil {
		_, err = entry.Write(code)
	}
	return path, errors.Join(err, archive.Close(), file.Close())
})

// entries collects the journal's entries.
type entries struct {
	mu  sync.Mutex
	all []*journal.Entry
}

func (e *entries) add(entry *journal.Entry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, entry)
}

func (e *entries) last() *journal.Entry {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.all[len(e.all)-1]
}

// newServer serves the handler f, which is deployed as f-1a2b3c4.
func newServer(t *testing.T, change func(*Options)) (s *Server, begun, ended *entries) {
	t.Helper()
	archive, err := handlerZip()
	if err != nil {
		t.Fatal(err)
	}
	begun, ended = &entries{}, &entries{}
	o := Options{
		Functions: map[string]outputs.Function{
			"f":    {Name: "f-1a2b3c4", Role: "arn:aws:iam::123456789012:role/f", Environment: map[string]string{"COLOR": "red", "LIVE_ENDPOINT": "x", "TZ": "UTC"}},
			"gone": {Name: "gone-1a2b3c4", Role: "arn:aws:iam::123456789012:role/gone"},
		},
		Region:     "eu-west-1",
		Journal:    journal.New(journal.Options{OnBegin: begun.add, OnEnd: ended.add}),
		Await:      func(context.Context, string) error { return nil },
		Local:      func(handler string) string { return handler + "-here" },
		OnDebugged: func(Debugged) {},
		Lambda: lambda.Options{
			Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler), AWSEndpoint: "http://127.0.0.1:1",
			OnQueued: func(ctx context.Context, run lambda.Run) { journal.From(ctx).Queued(run.RequestID) },
			OnDone: func(ctx context.Context, run lambda.Run) {
				journal.From(ctx).Note(func(e *journal.Entry) {
					e.Spans = append(e.Spans, journal.Span{Name: "handler", Start: run.Started, End: time.Now()})
				})
			},
		},
	}
	if change != nil {
		change(&o)
	}
	if s, err = New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	build(t, s, lambda.Function{Name: "f-here", Archive: archive, Handler: "bootstrap", Runtime: "provided.al2023", Timeout: time.Minute, Environment: map[string]string{"COLOR": "local"}})
	return s, begun, ended
}

func build(t *testing.T, s *Server, f lambda.Function) {
	t.Helper()
	commit, err := s.Prepare(t.Context(), map[string]lambda.Function{"f": f, "new": f})
	if err != nil {
		t.Fatal(err)
	}
	commit()
}

const id = "3f1c9a52-7d0e-4b16-9a58-0c2f8e5d6b71"

// invocation returns an invocation of f that has just arrived.
func invocation(event string) live.Invocation {
	now := time.Now()
	return live.Invocation{
		ID: id, Function: "f-1a2b3c4", Handler: "f", Event: []byte(event), Deadline: now.Add(30 * time.Second),
		Environment: map[string]string{"COLOR": "red"},
		Offered:     now.Add(-30 * time.Millisecond), Claimed: now.Add(-25 * time.Millisecond), Confirmed: now.Add(-15 * time.Millisecond), Received: now.Add(-10 * time.Millisecond),
	}
}

func environment(t *testing.T, s *Server, inv live.Invocation) []string {
	t.Helper()
	inv.Event = []byte(`{"do":"env"}`)
	output, err := s.Run(t.Context(), inv)
	if err != nil {
		t.Fatal(err)
	}
	var variables []string
	if err := json.Unmarshal(output, &variables); err != nil {
		t.Fatal(err)
	}
	return variables
}

// TestRun: the handler's answer is unchanged, and the record shows where the time went.
func TestRun(t *testing.T) {
	t.Parallel()
	s, begun, ended := newServer(t, nil)
	event := `{"do":"echo","value":{"statusCode":404},"routeKey":"GET /things","rawQueryString":"a=b","headers":{"x-live":"anna"},` +
		`"requestContext":{"http":{"method":"GET","path":"/api/things"}},"body":"x"}`
	output, err := s.Run(t.Context(), invocation(event))
	if err != nil || string(output) != `{"statusCode":404}` {
		t.Fatalf("got %s, %v", output, err)
	}
	if e := begun.all[0]; e.ID != id || !e.Running || e.Via != "live" || e.Function != "f" || e.Method != "GET" {
		t.Errorf("at the beginning: got %+v", e)
	}
	e := ended.last()
	if e.ID != id || e.Invocation != id || e.Status != 404 || e.Method != "GET" || e.Path != "/api/things" || e.Query != "a=b" || e.Route != "GET /things" ||
		e.Physical != "f-here" || e.Header.Get("X-Live") != "anna" || string(e.Event) != event || string(e.Output) != string(output) {
		t.Errorf("got %+v", e)
	}
	var names []string
	for _, span := range e.Spans {
		if names = append(names, span.Name); span.End.Before(span.Start) {
			t.Errorf("%s ends before it starts", span.Name)
		}
	}
	if want := []string{"offer", "claim", "transfer", "run", "handler"}; !slices.Equal(names, want) {
		t.Errorf("expected the spans %q, got %q", want, names)
	}
	if !e.Start.Equal(e.Spans[0].Start) {
		t.Errorf("expected it to start with the offer, got %v and %v", e.Start, e.Spans[0])
	}
}

// TestEnvironment is the deployed function's, as carried by each invocation.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	s, _, _ := newServer(t, nil)
	inv := invocation("")
	for _, color := range []string{"red", "red", "blue"} {
		inv.Environment = map[string]string{"COLOR": color, "AWS_REGION": "mars-1", "LIVE_TOPICS": "x"}
		got := environment(t, s, inv)
		for _, want := range []string{"COLOR=" + color, "AWS_LAMBDA_FUNCTION_NAME=f-1a2b3c4", "AWS_REGION=eu-west-1", "TZ=UTC", "AWS_ENDPOINT_URL=http://127.0.0.1:1"} {
			if !slices.Contains(got, want) {
				t.Errorf("expected %s in %q", want, got)
			}
		}
		if slices.ContainsFunc(got, func(v string) bool { return strings.HasPrefix(v, "LIVE_") }) {
			t.Errorf("the bridge's variables are in %q", got)
		}
	}
	// A function deployed since, under another name.
	inv.Function, inv.Handler = "new-9f8e7d6", "new"
	if got := environment(t, s, inv); !slices.Contains(got, "AWS_LAMBDA_FUNCTION_NAME=new-9f8e7d6") {
		t.Errorf("got %q", got)
	}
}

// TestCredentials: a function with its role's credentials has no local endpoint.
func TestCredentials(t *testing.T) {
	t.Parallel()
	s, _, _ := newServer(t, func(o *Options) { o.Credentials = true })
	inv := invocation("")
	inv.Credentials = &mqtt.Credentials{AccessKeyID: "ASIAROLE", SecretAccessKey: "secret", SessionToken: "token"}
	got := environment(t, s, inv)
	for _, variable := range got {
		if strings.HasPrefix(variable, "AWS_ENDPOINT_URL=") || strings.HasPrefix(variable, "AWS_ACCESS_KEY_ID=") {
			t.Errorf("got %s", variable)
		}
	}
	if !slices.ContainsFunc(got, func(v string) bool {
		return strings.HasPrefix(v, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:")
	}) {
		t.Errorf("expected where the credentials are in %q", got)
	}
}

// TestFailures reach the caller as those of the deployed function would.
func TestFailures(t *testing.T) {
	t.Parallel()
	broken := errors.New("handler \"f\" does not build")
	s, _, ended := newServer(t, func(o *Options) {
		o.Await = func(_ context.Context, handler string) error {
			if handler == "new" {
				return broken
			}
			return nil
		}
	})
	with := func(event string, change func(*live.Invocation)) live.Invocation {
		inv := invocation(event)
		if change != nil {
			change(&inv)
		}
		return inv
	}
	for _, test := range []struct {
		name      string
		inv       live.Invocation
		kind, say string
	}{
		{"the handler's error", with(`{"do":"error"}`, nil), "errorString", "no luck"},
		{"a crash", with(`{"do":"crash"}`, nil), "Runtime.ExitError", "exit status"},
		{"the time limit", with(`{"do":"hang"}`, func(i *live.Invocation) { i.Deadline = time.Now().Add(300 * time.Millisecond) }), "Sandbox.Timedout", "Task timed out after"},
		{"a handler that is not here", with(`{}`, func(i *live.Invocation) { i.Handler = "gone" }), unavailable, `the handler "gone" is not among those of this machine`},
		{"code that does not build", with(`{}`, func(i *live.Invocation) { i.Handler = "new" }), unavailable, "does not build"},
	} {
		_, err := s.Run(t.Context(), test.inv)
		failed := new(live.FunctionError)
		if !errors.As(err, &failed) || failed.Type != test.kind || !strings.Contains(failed.Message, test.say) {
			t.Errorf("%s: expected %s %q, got %v", test.name, test.kind, test.say, err)
		}
		if e := ended.last(); e.Status != 500 || e.Failure == nil {
			t.Errorf("%s: recorded %d, %v", test.name, e.Status, e.Failure)
		}
	}
}

// TestTakenBack: the answer is no longer needed.
func TestTakenBack(t *testing.T) {
	t.Parallel()
	s, _, ended := newServer(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := s.Run(ctx, invocation(`{"do":"hang"}`))
	if err == nil || !strings.Contains(err.Error(), "has timed out or was canceled") {
		t.Errorf("got %v", err)
	}
	if e := ended.last(); !errors.Is(e.Failure, errCanceled) {
		t.Errorf("recorded %v", e.Failure)
	}
}

// TestPrepareWhileInvocationsCome: after the commit its code runs, whatever came in between.
func TestPrepareWhileInvocationsCome(t *testing.T) {
	t.Parallel()
	s, _, _ := newServer(t, nil)
	archive, err := handlerZip()
	if err != nil {
		t.Fatal(err)
	}
	commit, err := s.Prepare(t.Context(), map[string]lambda.Function{"f": {Name: "f-here", Archive: archive, Handler: "bootstrap", Runtime: "provided.al2023", MemoryMB: 512}})
	if err != nil {
		t.Fatal(err)
	}
	inv := invocation("")
	inv.Environment = map[string]string{"COLOR": "blue"}
	if got := environment(t, s, inv); !slices.Contains(got, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128") {
		t.Errorf("before the commit: got %q", got)
	}
	commit()
	got := environment(t, s, inv)
	if !slices.Contains(got, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512") || !slices.Contains(got, "COLOR=blue") {
		t.Errorf("after the commit: got %q", got)
	}
}

func TestCaller(t *testing.T) {
	t.Parallel()
	s, _, _ := newServer(t, nil)
	key := ""
	for _, variable := range environment(t, s, invocation("")) {
		if value, ok := strings.CutPrefix(variable, "AWS_ACCESS_KEY_ID="); ok {
			key = value
		}
	}
	caller, known := s.Caller(key)
	if !known || s.Handler(caller.Function) != "f" || s.Handler("other") != "other" {
		t.Errorf("got %+v", caller)
	}
}

// TestVariablesThatSteer: an invocation's variables determine neither a process's
// credentials, nor what is loaded into it, nor which hosts it talks to.
func TestVariablesThatSteer(t *testing.T) {
	t.Parallel()
	got := safeVariables(map[string]string{
		"TABLE": "t", "AWS_CONFIG_FILE": "/proc/self/environ", "AWS_WEB_IDENTITY_TOKEN_FILE": "/home/dev/.ssh/id_ed25519", "AWS_ENDPOINT_URL_STS": "https://evil.example",
		"AWS_PROFILE": "admin", "LD_PRELOAD": "/tmp/x.so", "DYLD_INSERT_LIBRARIES": "/tmp/x", "HTTPS_PROXY": "http://evil.example", "SSL_CERT_FILE": "/tmp/ca",
		"LAMBDA_TASK_ROOT": "/", "LIVE_ENDPOINT": "x", "_HANDLER": "x",
	})
	if len(got) != 1 || got["TABLE"] != "t" {
		t.Errorf("expected only TABLE, got %v", got)
	}
}
