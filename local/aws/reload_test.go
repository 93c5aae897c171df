package aws

import (
	"bytes"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// TestCommitsUnderLoad: a request is answered by one configuration or the other, whole.
func TestCommitsUnderLoad(t *testing.T) {
	t.Parallel()
	var reported sync.Map
	e, err := New(Options{Now: func() time.Time { return now }, OnCall: func(c Call) { reported.Store(c.Status, true) },
		Caller: func(id string) (Caller, bool) { c, known := callers[id]; return c, known }})
	if err != nil {
		t.Fatal(err)
	}
	closed := config()
	closed.Roles = map[string]Role{"orders-1a2b3c4": {ARN: roleARN}}
	change := func(cfg Config) {
		commit, err := e.Prepare(t.Context(), cfg)
		if err != nil {
			t.Error(err)
			return
		}
		commit()
	}
	change(config())
	var wire bytes.Buffer
	if err := putItem(t, orders).Write(&wire); err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for range 50 {
				w := httptest.NewRecorder()
				e.Handler().ServeHTTP(w, readRequest(t, wire.Bytes()))
				if w.Code != 200 && w.Code != 400 {
					t.Errorf("got %d %s", w.Code, w.Body)
				}
			}
		})
	}
	for range 50 {
		change(closed)
		change(config())
	}
	clients.Wait()
	change(closed)
	if status, body, _ := serve(e.Handler(), readRequest(t, wire.Bytes())); status != 400 {
		t.Errorf("after the last commit: %d %s", status, body)
	}
}
