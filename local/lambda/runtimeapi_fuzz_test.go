package lambda

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzRuntimeAPI has a process that runs an invocation send any one request.
// Whatever it is, the process gets one of the documented answers, the caller
// at most one result, and an invocation that was not answered can still be.
func FuzzRuntimeAPI(f *testing.F) {
	for _, seed := range []struct{ method, path, kind, body string }{
		{"POST", "invocation/ID/response", "", `{"statusCode":200}`},
		{"POST", "invocation/ID/response", "", ""},
		{"POST", "invocation/ID/error", "Runtime.X", `{"errorMessage":"m","errorType":"T"}`},
		{"POST", "invocation/ID/error", "", "\xff{"},
		{"POST", "invocation/other/response", "", "x"},
		{"POST", "invocation//response", "", "x"},
		{"POST", "invocation/ID/response/", "", "x"},
		{"POST", "invocation/ID%2fresponse", "", "x"},
		{"POST", "init/error", "", "{}"},
		{"GET", "invocation/next", "", ""},
		{"PUT", "invocation/ID/response", "", "x"},
		{"GET", "../../2018-06-01/runtime/invocation/next", "", ""},
	} {
		f.Add(seed.method, seed.path, seed.kind, seed.body)
	}
	s := start(f, nil)
	f.Fuzz(func(t *testing.T, method, path, kind, body string) {
		p, _ := quietProcess(t, s)
		inv := newInvocation([]byte("{}"), Terms{})
		if err := s.pools["f"].submit(inv); err != nil {
			t.Fatal(err)
		}
		if got, err := p.next(t.Context()); got != inv {
			t.Fatalf("got %v, %v", got, err)
		}
		t.Cleanup(func() { retire(p, inv) })
		status := s.ask(t, p, method, strings.ReplaceAll(path, "ID", inv.id), kind, body)
		answered := len(inv.result)
		switch status {
		case http.StatusAccepted:
			if answered != 1 {
				t.Errorf("%s %s was accepted, but the caller has nothing", method, path)
			}
		case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound:
			if err := p.answer(inv.id, result{}); answered != 0 || err != nil {
				t.Errorf("%s %s was refused with %d, but the invocation is over: %d, %v", method, path, status, answered, err)
			}
		default:
			t.Errorf("%s %s: status %d", method, path, status)
		}
	})
}

// ask sends one request of p; one that net/http could not have read is skipped.
func (s *testService) ask(t *testing.T, p *process, method, path, kind, body string) int {
	target, err := url.ParseRequestURI("/" + p.token + "/" + apiVersion + "/runtime/" + path)
	if err != nil {
		t.Skip("no request target")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel() // a request for the next event does not wait
	r := (&http.Request{Method: method, URL: target, Host: s.address, Header: http.Header{headerErrorType: {kind}},
		Body: http.NoBody, ProtoMajor: 1, ProtoMinor: 1}).WithContext(gone)
	if body != "" {
		r.Body = io.NopCloser(strings.NewReader(body))
	}
	rec := httptest.NewRecorder()
	s.serveRuntime(rec, r)
	return rec.Code
}

// retire takes a process that the test plays out of the service.
func retire(p *process, inv *invocation) {
	p.pool.service.forget(p)
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	inv.timer.Stop()
	p.inv = nil
	p.pool.drop(p)
}
