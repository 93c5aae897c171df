package lambda

import (
	"context"
	"encoding/json"
	"testing"
	"time"
)

type callerKey struct{}

// TestRunColdAndWarm: the first invocation waits for its process, and the
// second finds it. Each is reported with its caller's context.
func TestRunColdAndWarm(t *testing.T) {
	t.Parallel()
	var queued, runs []Run
	s := start(t, func(c *setup) {
		c.OnQueued = func(_ context.Context, run Run) { queued = append(queued, run) }
		c.OnDone = func(ctx context.Context, run Run) {
			if ctx.Value(callerKey{}) != len(runs) {
				t.Errorf("run %d: got the caller %v", len(runs), ctx.Value(callerKey{}))
			}
			runs = append(runs, run)
		}
	})
	for n := range 2 {
		if _, err := s.Invoke(context.WithValue(t.Context(), callerKey{}, n), "f", []byte(`{"do":"pid"}`)); err != nil {
			t.Fatal(err)
		}
	}
	if len(runs) != 2 {
		t.Fatalf("got %d runs: %+v", len(runs), runs)
	}
	starts := s.log.await(2, func(line Line) bool { return line.Kind == Start })
	for n, run := range runs {
		if run.Function != "f" || run.RequestID != starts[n].RequestID || run.Started.Before(run.Queued) {
			t.Errorf("run %d: got %+v", n, run)
		}
		if before := (Run{Function: "f", RequestID: run.RequestID, Queued: run.Queued}); queued[n] != before {
			t.Errorf("run %d: expected %+v to be reported before, got %+v", n, before, queued[n])
		}
	}
	if !runs[0].Cold() || runs[0].Init > time.Since(runs[0].Queued) || runs[1].Cold() {
		t.Errorf("expected a cold and a warm start, got %+v", runs)
	}
}

// TestRunOfAFailure: one that fails is reported as well, also where no process ever
// was ready for it.
func TestRunOfAFailure(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, init string
		event      map[string]string
		began      bool
	}{
		{"the handler's error", "", map[string]string{"do": "error"}, true},
		{"a crash", "", map[string]string{"do": "crash"}, true},
		{"a crash in the init phase", "crash", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var runs []Run
			s := start(t, func(c *setup) {
				c.OnDone = func(_ context.Context, run Run) { runs = append(runs, run) }
				c.Functions[0].Environment = map[string]string{"INIT": test.init}
			})
			event, err := json.Marshal(test.event)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Invoke(t.Context(), "f", event); err == nil {
				t.Fatal("expected it to fail")
			}
			if len(runs) != 1 || runs[0].Started.IsZero() == test.began || runs[0].Cold() != test.began {
				t.Errorf("got %+v", runs)
			}
		})
	}
}
