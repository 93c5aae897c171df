package lambda

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// client speaks to the Runtime API in place of the process that runs.
type client struct {
	t    *testing.T
	base string
}

// hangingRuntime starts an invocation that its handler never answers, and
// returns its request id, and its caller's answer.
func hangingRuntime(t *testing.T, s *testService) (client, string, <-chan result) {
	t.Helper()
	answer := make(chan result, 1)
	go func() {
		payload, err := s.Invoke(t.Context(), "f", []byte(`{"do":"hang"}`))
		answer <- result{payload, err}
	}()
	line := s.log.await(1, func(line Line) bool { return line.Text == "hanging" })[0]
	s.mu.RLock()
	defer s.mu.RUnlock()
	for token := range s.processes {
		return client{t, "http://" + s.address + "/" + token + "/2018-06-01/runtime/"}, line.RequestID, answer
	}
	t.Fatal("no process")
	return client{}, "", nil
}

// send returns the status and body of the answer.
func (r client) send(method, path, body string) string {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.base+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response.Status[:3] + " " + strings.TrimSpace(string(text))
}

// TestRuntimeSpeaksOutOfTurn walks one invocation through every call that is
// not allowed in its state.
func TestRuntimeSpeaksOutOfTurn(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	r, id, answer := hangingRuntime(t, s)
	const (
		badID     = `400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}`
		forbidden = `403 {"errorMessage":"Transition from `
		running   = forbidden + `Running to `
		sent      = forbidden + `ResponseSent to `
	)
	steps := []struct{ method, path, want string }{
		{"POST", "invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response", badID},
		{"POST", "invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/error", badID},
		{"GET", "invocation/next", running + `Ready is not allowed for runtime","errorType":"InvalidStateTransition"}`},
		{"POST", "init/error", running + `Exited is not allowed for runtime","errorType":"InvalidStateTransition"}`},
		{"GET", "invocation/" + id + "/response", "404 404 page not found"},
		{"POST", "invocation/" + id + "/other", "404 404 page not found"},
		{"POST", "invocation/next", "404 404 page not found"},
		{"POST", "invocation/" + id + "/response", `202 {"status":"OK"}`},
		{"POST", "invocation/" + id + "/response", sent + `ResponseSent is not allowed for runtime","errorType":"InvalidStateTransition"}`},
		{"POST", "invocation/" + id + "/error", sent + `ResponseSent is not allowed for runtime","errorType":"InvalidStateTransition"}`},
	}
	for _, step := range steps {
		if got := r.send(step.method, step.path, "body"); got != step.want {
			t.Errorf("%s %s: got  %s\nwant %s", step.method, step.path, got, step.want)
		}
	}
	if got := <-answer; got.err != nil || string(got.payload) != "body" {
		t.Errorf("the caller got %q, %v", got.payload, got.err)
	}
}

func TestRuntimeAPIHasSecretPaths(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	r, _, _ := hangingRuntime(t, s)
	for _, base := range []string{"/", "/00000000000000000000000000000000/"} {
		r.base = "http://" + s.address + base + "2018-06-01/runtime/"
		if got := r.send("GET", "invocation/next", ""); got != "404 404 page not found" {
			t.Errorf("%s: got %s", base, got)
		}
	}
	r.base = strings.Replace("http://"+s.address+"/2018-06-01/runtime/", "127.0.0.1", "localhost", 1)
	if got := r.send("GET", "invocation/next", ""); got != "421 Misdirected Request" {
		t.Errorf("by another name: got %s", got)
	}
}

// TestNoExtensions also covers the log and telemetry APIs.
func TestNoExtensions(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	r, _, _ := hangingRuntime(t, s)
	r.base = strings.TrimSuffix(r.base, "2018-06-01/runtime/")
	for _, path := range []string{"2020-01-01/extension/register", "2020-08-15/logs", "2022-07-01/telemetry"} {
		if got := r.send("POST", path, "{}"); got != "404 404 page not found" {
			t.Errorf("%s: got %s", path, got)
		}
	}
}

func TestResponseTooLargeIsReportedToTheRuntime(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	r, id, answer := hangingRuntime(t, s)
	got := r.send("POST", "invocation/"+id+"/response", strings.Repeat("x", maxResponse+1))
	if want := `413 {"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := <-answer; got.err == nil || got.err.(*FunctionError).Type != "Function.ResponseSizeTooLarge" {
		t.Errorf("the caller got %v", got.err)
	}
}

// quietProcess is a process in its init phase that the test plays itself.
func quietProcess(t *testing.T, s *testService) (*process, client) {
	t.Helper()
	s.limits.patience = time.Hour // no real process joins it
	pool := s.pools["f"]
	p := newProcess(pool)
	log, output, err := newLogPipe(func(Line) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.close(); output.Close() })
	p.log = log
	close(p.launched)
	pool.mu.Lock()
	pool.alive[p] = struct{}{}
	pool.starting++
	pool.mu.Unlock()
	s.register(p)
	return p, client{t, "http://" + s.address + "/" + p.token + "/2018-06-01/runtime/"}
}

func TestInitError(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	_, r := quietProcess(t, s)
	inv := newInvocation([]byte(`{}`), Terms{})
	if err := s.pools["f"].submit(inv); err != nil {
		t.Fatal(err)
	}
	body := `{"errorMessage":"no table","errorType":"Init.Failed"}`
	if got := r.send("POST", "init/error", body); got != `202 {"status":"OK"}` {
		t.Errorf("got %s", got)
	}
	if got := <-inv.result; got.err == nil || got.err.Error() != "Init.Failed: no table" {
		t.Errorf("the caller got %v", got.err)
	}
	if got := r.send("POST", "init/error", body); !strings.HasPrefix(got, "403 ") {
		t.Errorf("the second time: got %s", got)
	}
}

// TestRuntimeThatReconnects drops the connection of a waiting /next, also in
// the moment in which an invocation is handed over: none may be lost.
func TestRuntimeThatReconnects(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	p, _ := quietProcess(t, s)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if inv, err := p.next(gone); inv != nil || !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, %v", inv, err)
	}
	for range 50 {
		p.pool.mu.Lock()
		p.pool.addIdle(p)
		p.pool.mu.Unlock()
		inv := newInvocation(nil, Terms{})
		if err := p.pool.submit(inv); err != nil {
			t.Fatal(err)
		}
		got := p.await(gone)
		if got == nil {
			got, _ = p.next(t.Context())
		}
		if got != inv {
			t.Fatalf("got %v, want %v", got, inv)
		}
		if err := p.answer(inv.id, result{}); err != nil {
			t.Fatal(err)
		}
		p.pool.mu.Lock()
		inv.timer.Stop()
		p.inv = nil
		p.pool.mu.Unlock()
	}
}

func TestPostedError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, header, body string
		want               FunctionError
	}{
		{"as documented", "Runtime.Header", `{"errorMessage":"m","errorType":"T","stackTrace":["a"]}`,
			FunctionError{Type: "T", Message: "m", StackTrace: []byte(`["a"]`)}},
		{"no type in the body", "Runtime.Header", `{"errorMessage":"m"}`, FunctionError{Type: "Runtime.Header", Message: "m"}},
		{"not JSON", "", "oh no", FunctionError{Type: "Runtime.Unknown"}},
		{"of other types", "", `{"errorMessage":1}`, FunctionError{Type: "Runtime.Unknown"}},
		{"empty", "Runtime.Header", "", FunctionError{Type: "Runtime.Header"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := postedError(test.header, []byte(test.body))
			test.want.Payload = []byte(test.body)
			if diff := cmp.Diff(test.want, *got, cmp.AllowUnexported(FunctionError{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func FuzzPostedError(f *testing.F) {
	for _, body := range []string{`{"errorMessage":"m","errorType":"T","stackTrace":[]}`, `{}`, `[`, `null`, ``} {
		f.Add("Runtime.X", body)
	}
	f.Fuzz(func(t *testing.T, header, body string) {
		fault := postedError(header, []byte(body))
		if fault.Type == "" || string(fault.Payload) != body {
			t.Errorf("got %+v", fault)
		}
	})
}
