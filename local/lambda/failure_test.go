package lambda

import (
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestFailures pins Lambda's error types and texts, and that the next request
// works after each failure.
func TestFailures(t *testing.T) {
	t.Parallel()
	const id = `RequestId: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} Error: `
	tests := []struct {
		name, event, kind, message string
		sameProcess                bool
	}{
		{"error returned", `{"do":"error"}`, "errorString", `no luck`, true},
		{"event of another type", `[]`, "UnmarshalTypeError", `json: cannot unmarshal.*`, true},
		{"panic", `{"do":"panic"}`, "string", `out of order`, false},
		{"crash", `{"do":"crash"}`, "Runtime.ExitError", id + `Runtime exited with error: exit status 2`, false},
		{"exit 0", `{"do":"exit0"}`, "Runtime.ExitError", id + `Runtime exited without providing a reason`, false},
		{"response breaks off", `{"do":"broken"}`, "errorString", `the well is dry`, true},
		{"one byte too many", `{"do":"big","size":6291557}`, "Function.ResponseSizeTooLarge",
			`Response payload size exceeded maximum allowed payload size \(6291556 bytes\)\.`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, nil)
			s.limits.processes = 1
			before := s.call(t, `{"do":"pid"}`)
			fault := s.fails(t, test.event)
			if fault.Type != test.kind || !regexp.MustCompile("^"+test.message+"$").MatchString(fault.Message) {
				t.Errorf("got %s: %s", fault.Type, fault.Message)
			}
			if !strings.Contains(string(fault.Payload), `"errorType":"`+test.kind+`"`) {
				t.Errorf("payload: got %s", fault.Payload)
			}
			if after := s.call(t, `{"do":"pid"}`); (after == before) != test.sameProcess {
				t.Errorf("process before %s, after %s", before, after)
			}
		})
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
	s := start(t, func(c *Config) { c.Functions[0].Timeout = 200 * time.Millisecond })
	fault := s.fails(t, `{"do":"hang"}`)
	if fault.Type != "Sandbox.Timedout" || !strings.HasSuffix(fault.Message, " Error: Task timed out after 0.20 seconds") ||
		!errors.Is(fault, ErrTimeout) {
		t.Errorf("got %v", fault)
	}
	want := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [0-9a-f-]{36} Task timed out after 0\.20 seconds$`)
	if lines := s.log.texts(Fault); len(lines) != 1 || !want.MatchString(lines[0]) {
		t.Errorf("log: got %q", lines)
	}
	if reports := s.log.texts(Report); len(reports) != 1 || !strings.HasSuffix(reports[0], "\tStatus: timeout") {
		t.Errorf("log: got %q", reports)
	}
}

// TestTimeoutEndsTheProcess lets the time of an invocation run out as soon as
// the handler hangs, and finds the next request answered by a new process.
func TestTimeoutEndsTheProcess(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.limits.processes = 1
	before := s.call(t, `{"do":"pid"}`)
	go func() {
		s.log.await(1, func(line Line) bool { return line.Text == "hanging" })
		s.timeOut()
	}()
	if fault := s.fails(t, `{"do":"hang"}`); !errors.Is(fault, ErrTimeout) {
		t.Errorf("got %v", fault)
	}
	if after := s.call(t, `{"do":"pid"}`); after == before {
		t.Errorf("process %s runs on", after)
	}
}

// timeOut ends every running invocation as its timer would.
func (s *testService) timeOut() {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, p := range s.processes {
		p.pool.mu.Lock()
		inv := p.inv
		p.pool.mu.Unlock()
		if inv != nil {
			p.expire(inv)
		}
	}
}

// TestDeadlineIsTheTimeout pins that both come at the same moment, as on
// Lambda: whether the handler can still answer then is left to chance.
func TestDeadlineIsTheTimeout(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.Functions[0].Timeout = 200 * time.Millisecond })
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

func TestInitFailures(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, init, kind, message, report string }{
		{"crash", "crash", "Runtime.ExitError", "Runtime exited with error: exit status 3",
			"\tPhase: init\tStatus: error\tError Type: Runtime.ExitError"},
		{"hang", "hang", "Sandbox.Timedout", "Task timed out after 0.20 seconds", "\tPhase: init\tStatus: timeout"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(c *Config) { c.Functions[0].Environment = map[string]string{"INIT": test.init} })
			if test.init == "hang" {
				s.limits.init = 200 * time.Millisecond
			}
			for range 2 { // each request tries anew
				if fault := s.fails(t, `{"do":"pid"}`); fault.Type != test.kind || !strings.HasSuffix(fault.Message, " Error: "+test.message) {
					t.Errorf("got %v", fault)
				}
			}
			if reports := s.log.texts(Report); len(reports) != 2 || !strings.HasSuffix(reports[0], test.report) {
				t.Errorf("log: got %q", reports)
			}
		})
	}
}

func TestBootstrapForAnotherMachine(t *testing.T) {
	t.Parallel()
	archive := filepath.Join(t.TempDir(), "f.zip")
	if err := writeZip(archive, entry{bootstrap, 0o755, "\x7fELF, but not for this machine"}); err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *Config) { c.Functions[0].Archive = archive })
	fault := s.fails(t, `{}`)
	if fault.Type != "Runtime.InvalidEntrypoint" || !strings.Contains(fault.Message, "exec format error") {
		t.Errorf("got %v", fault)
	}
}
