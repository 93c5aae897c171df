//go:build unix

package lambda

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestFailures pins what a caller gets, byte for byte, and that after each
// failure the next request works and no process is left, not even a zombie.
func TestFailures(t *testing.T) {
	t.Parallel()
	const exit = `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited `
	tests := []struct {
		name, event string
		payload     string // ID is the request's; what follows an ellipsis may differ
		sameProcess bool
	}{
		{"error returned", `{"do":"error"}`, `{"errorMessage":"no luck","errorType":"errorString"}`, true},
		{"event of another type", `[]`, `{"errorMessage":"json: cannot unmarshal array into Go value of type main.event","errorType":"UnmarshalTypeError"}`, true},
		{"response breaks off", `{"do":"broken"}`, `{"errorMessage":"the well is dry","errorType":"errorString"}`, true},
		{"panic", `{"do":"panic"}`, `{"errorMessage":"out of order","errorType":"string","stackTrace":[…`, false},
		{"panic in a goroutine", `{"do":"stray panic"}`, exit + `with error: exit status 2"}`, false},
		{"exit 2", `{"do":"crash"}`, exit + `with error: exit status 2"}`, false},
		{"exit 1", `{"do":"exit1"}`, exit + `with error: exit status 1"}`, false},
		{"exit 0", `{"do":"exit0"}`, exit + `without providing a reason"}`, false},
		{"killed", `{"do":"kill"}`, exit + `with error: signal: killed"}`, false},
		{"segmentation fault", `{"do":"segfault"}`, exit + `with error: signal: segmentation fault (core dumped)"}`, false},
		{"aborted", `{"do":"abort"}`, exit + `with error: signal: abort…`, false},
		{"one byte too many", `{"do":"big","size":6291557}`, `{"errorType":"Function.ResponseSizeTooLarge",` +
			`"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`, false},
		{"answer without end", `{"do":"endless"}`, `{"errorType":"Function.ResponseSizeTooLarge",…`, false},
		{"crash in the midst of the answer", `{"do":"half-and-crash"}`, exit + `with error: exit status 2"}`, false},
		{"killed in the midst of the answer", `{"do":"half-and-kill"}`, exit + `with error: signal: killed"}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, nil)
			s.limits.processes = 1
			before := s.call(t, `{"do":"pid"}`)
			fault := s.fails(t, test.event)
			starts := s.log.await(2, func(line Line) bool { return line.Kind == Start })
			wantPayload(t, fault, test.payload, starts[1].RequestID)
			after := s.call(t, `{"do":"pid"}`)
			if (after == before) != test.sameProcess {
				t.Errorf("process before %s, after %s", before, after)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			wantReaped(t, decode[int](t, before), decode[int](t, after))
		})
	}
}

func wantPayload(t *testing.T, fault *FunctionError, want, id string) {
	t.Helper()
	want, partly := strings.CutSuffix(strings.ReplaceAll(want, "ID", id), "…")
	got := string(fault.Payload)
	if partly {
		got = got[:min(len(got), len(want))]
	}
	if got != want {
		t.Errorf("got  %s\nwant %s", fault.Payload, want)
	}
	var body errorBody
	if err := json.Unmarshal(fault.Payload, &body); err != nil || body.Type != fault.Type || body.Message != fault.Message {
		t.Errorf("the payload %s is not the error %s: %s", fault.Payload, fault.Type, fault.Message)
	}
}

// wantReaped fails for a process that runs or is a zombie.
func wantReaped(t *testing.T, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		if _, err := syscall.Wait4(pid, nil, syscall.WNOHANG, nil); !errors.Is(err, syscall.ECHILD) {
			t.Errorf("process %d is still there: %v", pid, err)
		}
	}
}

// TestKilledWhileIdle ends a process between two requests: neither sees it.
func TestKilledWhileIdle(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	before := decode[int](t, s.call(t, `{"do":"pid"}`))
	s.log.await(1, func(line Line) bool { return line.Kind == End })
	if err := syscall.Kill(before, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.running.Wait()
	if after := decode[int](t, s.call(t, `{"do":"pid"}`)); after == before {
		t.Errorf("process %d is still there", after)
	}
	if faults := s.log.texts(Fault); len(faults) > 0 {
		t.Errorf("log: got %q", faults)
	}
}

func TestPanicHasStackTrace(t *testing.T) {
	t.Parallel()
	fault := start(t, nil).fails(t, `{"do":"panic"}`)
	if !strings.Contains(string(fault.StackTrace), `"label":"misbehave"`) {
		t.Errorf("got %s", fault.StackTrace)
	}
}

func TestLargestResponse(t *testing.T) {
	t.Parallel()
	if n := len(start(t, nil).call(t, `{"do":"big","size":6291556}`)); n != 6291556 {
		t.Errorf("got %d bytes", n)
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions[0].Timeout = 200 * time.Millisecond })
	fault := s.fails(t, `{"do":"hang"}`)
	if !errors.Is(fault, ErrTimeout) {
		t.Errorf("got %v", fault)
	}
	id := s.log.await(1, func(line Line) bool { return line.Kind == Start })[0].RequestID
	wantPayload(t, fault, `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 0.20 seconds"}`, id)
	want := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ` + id + ` Task timed out after 0\.20 seconds$`)
	if lines := s.log.texts(Fault); len(lines) != 1 || !want.MatchString(lines[0]) {
		t.Errorf("log: got %q", lines)
	}
	if reports := s.log.texts(Report); len(reports) != 1 || !strings.HasSuffix(reports[0], "\tStatus: timeout") {
		t.Errorf("log: got %q", reports)
	}
}

// TestTimeoutEndsTheProcess lets the time of an invocation run out as soon as
// the handler hangs, also within its answer or in another group, and finds the next request
// answered by a new process.
func TestTimeoutEndsTheProcess(t *testing.T) {
	t.Parallel()
	for event, sign := range map[string]string{`{"do":"hang"}`: "hanging", `{"do":"half-and-hang"}`: "half an answer",
		`{"do":"join-and-hang"}`: "hanging"} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			s := start(t, nil)
			s.limits.processes = 1
			before := s.call(t, `{"do":"pid"}`)
			go func() {
				s.log.await(1, func(line Line) bool { return line.Text == sign })
				s.timeOut()
			}()
			if fault := s.fails(t, event); !errors.Is(fault, ErrTimeout) {
				t.Errorf("got %v", fault)
			}
			if after := s.call(t, `{"do":"pid"}`); after == before {
				t.Errorf("process %s runs on", after)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			wantReaped(t, decode[int](t, before))
		})
	}
}

// TestDeadlineIsTheTimeout pins that both come at the same moment, as on
// Lambda: whether the handler can still answer then is left to chance.
func TestDeadlineIsTheTimeout(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions[0].Timeout = 200 * time.Millisecond })
	fault := s.fails(t, `{"do":"until-cancelled"}`)
	if fault.Type != "deadlineExceededError" && fault.Type != "Sandbox.Timedout" {
		t.Errorf("got %v", fault)
	}
}

func TestHandlerSeesItsDeadline(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	earliest := time.Now().Add(time.Minute).UnixMilli()
	deadline := decode[int64](t, s.call(t, `{"do":"deadline"}`))
	if latest := time.Now().Add(time.Minute).UnixMilli(); deadline < earliest || deadline > latest {
		t.Errorf("got %d, want %d to %d", deadline, earliest, latest)
	}
}

// TestAnswerWithoutNext has a process that answers and then never asks for the
// next event. The caller has the answer; the process ends with the time limit.
func TestAnswerWithoutNext(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.limits.processes = 1
	r, id, answer := hangingRuntime(t, s)
	if got := r.send("POST", "invocation/"+id+"/response", "body"); got != `202 {"status":"OK"}` {
		t.Errorf("got %s", got)
	}
	if got := <-answer; got.err != nil || string(got.payload) != "body" {
		t.Errorf("the caller got %q, %v", got.payload, got.err)
	}
	s.timeOut()
	s.call(t, `{"do":"pid"}`)
	if faults := s.log.texts(Fault); len(faults) != 1 || !strings.HasSuffix(faults[0], id+" Task timed out after 60.00 seconds") {
		t.Errorf("log: got %q", faults)
	}
}
