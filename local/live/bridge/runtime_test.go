package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for something that normally happens immediately.
const patience = 30 * time.Second

// runtimeAPI simulates Lambda's Runtime API for one process, and records its requests.
type runtimeAPI struct {
	server *httptest.Server
	events chan *exchange

	mu      sync.Mutex
	current *exchange
	number  int
	other   []answer // requests that belong to no invocation
}

// exchange is an invocation and its answer.
type exchange struct {
	id       string
	event    []byte
	timeout  time.Duration
	began    time.Time
	answered chan answer
}

// answer is a request of the process, as it came.
type answer struct {
	Action  string // such as response, error or init/error
	Header  http.Header
	Body    string
	Trailer http.Header
	Length  int64 // -1: chunked
	Broken  bool  // the body was cut off
	Took    time.Duration
}

func newRuntimeAPI(t testing.TB) *runtimeAPI {
	a := &runtimeAPI{events: make(chan *exchange)}
	a.server = httptest.NewServer(a)
	t.Cleanup(func() {
		a.server.CloseClientConnections()
		a.server.Close()
	})
	return a
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/")
	if path != "invocation/next" {
		a.record(w, r, path)
		return
	}
	select {
	case e := <-a.events:
		a.mu.Lock()
		a.number++
		e.id, e.began = fmt.Sprintf("8476a536-e9f4-11e8-9739-%012d", a.number), time.Now()
		a.current = e
		a.mu.Unlock()
		header := w.Header()
		header.Set("Content-Type", "application/json")
		header.Set(headerRequestID, e.id)
		header.Set(headerDeadline, strconv.FormatInt(time.Now().Add(e.timeout).UnixMilli(), 10))
		header.Set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0")
		header.Set("Content-Length", strconv.Itoa(len(e.event)))
		w.Write(e.event)
	case <-r.Context().Done():
	}
}

func (a *runtimeAPI) record(w http.ResponseWriter, r *http.Request, path string) {
	body, err := io.ReadAll(r.Body)
	got := answer{Action: path, Header: r.Header, Body: string(body), Length: r.ContentLength, Trailer: r.Trailer, Broken: err != nil}
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.current
	if e == nil || !strings.HasPrefix(path, "invocation/"+e.id+"/") {
		a.other = append(a.other, got)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	a.current = nil // whoever answers a second time is recorded as above
	got.Action, got.Took = strings.TrimPrefix(path, "invocation/"+e.id+"/"), time.Since(e.began)
	e.answered <- got
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}

func newExchange(event string, timeout time.Duration) *exchange {
	return &exchange{event: []byte(event), timeout: timeout, answered: make(chan answer, 1)}
}

// give hands out an event; its answer is sent on answered.
func (a *runtimeAPI) give(t testing.TB, event string, timeout time.Duration) *exchange {
	t.Helper()
	e := newExchange(event, timeout)
	select {
	case a.events <- e:
	case <-time.After(patience):
		t.Fatal("the process asks for no event")
	}
	return e
}

func (e *exchange) wait(t testing.TB) answer {
	t.Helper()
	select {
	case got := <-e.answered:
		return got
	case <-time.After(patience):
		t.Fatalf("%s is not answered", e.event)
		return answer{}
	}
}

// invoke gives an event and returns its answer.
func (a *runtimeAPI) invoke(t testing.TB, event string) answer {
	t.Helper()
	return a.give(t, event, time.Minute).wait(t)
}

// stray returns the requests that answered no invocation. There must be none.
func (a *runtimeAPI) stray() []answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]answer(nil), a.other...)
}

// process is a bootstrap that the fake Lambda runs.
type process struct {
	*runtimeAPI
	cmd    *exec.Cmd
	output *output
	ended  chan struct{}
}

// output collects what a process writes, and lets a test wait for it.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func (o *output) wait(t testing.TB, text string) {
	t.Helper()
	limit := time.After(patience)
	for {
		o.mu.Lock()
		changed, found := o.changed, strings.Contains(o.text.String(), text)
		o.mu.Unlock()
		if found {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("expected %q in the output, got %s", text, o)
		}
	}
}

// startProcess runs a bootstrap as Lambda does: with its own environment and process group.
func startProcess(t testing.TB, bootstrap string, environment map[string]string) *process {
	t.Helper()
	p := &process{runtimeAPI: newRuntimeAPI(t), output: &output{changed: make(chan struct{})}, ended: make(chan struct{})}
	all := map[string]string{
		"AWS_LAMBDA_RUNTIME_API":   strings.TrimPrefix(p.server.URL, "http://"),
		"AWS_LAMBDA_FUNCTION_NAME": "project-dev-items",
		"AWS_REGION":               "eu-west-1",
		"LAMBDA_TASK_ROOT":         filepath.Dir(bootstrap),
		"PATH":                     "/usr/bin:/bin",
		"TABLE":                    "items-table",
	}
	maps.Copy(all, environment)
	p.cmd = &exec.Cmd{Path: bootstrap, Args: []string{bootstrap}, Stdout: p.output, Stderr: p.output,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true}, WaitDelay: time.Second}
	for name, value := range all {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // ProcessState has the outcome
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // an error means that it is gone
		<-p.ended
	})
	return p
}

// end waits for the end of the process and describes it.
func (p *process) end(t testing.TB) string {
	t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.String()
	case <-time.After(patience):
		t.Fatal("the process does not end")
		return ""
	}
}

// testDir holds the binaries. TestMain removes it.
var testDir string

func TestMain(m *testing.M) {
	if os.Getenv(developerEnv) != "" {
		os.Exit(developerMain())
	}
	os.Exit(runInDir(m))
}

func runInDir(m *testing.M) int {
	var err error
	if testDir, err = os.MkdirTemp("", "bridge-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(testDir)
	return m.Run()
}

// binaries builds the bridge as `bootstrap` next to a handler named `handler`, and the
// handler alone. Both are built as for a deployment, but for this machine.
var binaries = sync.OnceValues(func() (built struct{ bridge, handler string }, err error) {
	built.bridge, built.handler = filepath.Join(testDir, "bootstrap"), filepath.Join(testDir, "handler")
	for path, source := range map[string]string{built.bridge: ".", built.handler: "../../lambda/testdata/handler"} {
		build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", path, source)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return built, fmt.Errorf("building %s: %w\n%s", source, err, out)
		}
	}
	return built, nil
})

func bridgeBinary(t testing.TB) string {
	t.Helper()
	built, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	return built.bridge
}

func handlerBinary(t testing.TB) string {
	t.Helper()
	built, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	return built.handler
}

// decode reads a JSON answer.
func decode[T any](t testing.TB, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Errorf("%q: %v", text, err)
	}
	return v
}

// within returns a context for something that normally happens immediately.
func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
