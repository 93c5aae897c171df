package lambda

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestInitFailures(t *testing.T) {
	t.Parallel()
	const exit = "Runtime exited "
	tests := []struct{ init, kind, message string }{
		{"crash", "Runtime.ExitError", exit + "with error: exit status 3"},
		{"panic", "Runtime.ExitError", exit + "with error: exit status 2"},
		{"exit0", "Runtime.ExitError", exit + "without providing a reason"},
		{"kill", "Runtime.ExitError", exit + "with error: signal: killed"},
		{"hang", "Sandbox.Timedout", "Task timed out after 0.20 seconds"},
	}
	for _, test := range tests {
		t.Run(test.init, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(c *setup) { c.Functions[0].Environment = map[string]string{"INIT": test.init} })
			report := "\tPhase: init\tStatus: error\tError Type: Runtime.ExitError"
			if test.init == "hang" {
				s.limits.init = 200 * time.Millisecond
				report = "\tPhase: init\tStatus: timeout"
			}
			want := regexp.MustCompile(`^{"errorType":"` + test.kind + `","errorMessage":"RequestId: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} Error: ` + test.message + `"}$`)
			for range 2 { // each request tries again
				if fault := s.fails(t, `{"do":"pid"}`); !want.Match(fault.Payload) {
					t.Errorf("got %s, want %s", fault.Payload, want)
				}
			}
			if reports := s.log.texts(Report); len(reports) != 2 || !strings.HasSuffix(reports[0], report) {
				t.Errorf("log: got %q", reports)
			}
		})
	}
}

// TestInitFailureIsForgotten: a process that crashed at its start, such as for
// want of a network, does not spoil the next one.
func TestInitFailureIsForgotten(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "mark")
	s := start(t, func(c *setup) {
		c.Functions[0].Environment = map[string]string{"INIT": "crash once", "MARK": mark}
	})
	if fault := s.fails(t, `{"do":"pid"}`); !strings.HasSuffix(fault.Message, "exit status 3") {
		t.Errorf("got %v", fault)
	}
	s.call(t, `{"do":"pid"}`)
}

func TestBootstrapForAnotherMachine(t *testing.T) {
	t.Parallel()
	archive := filepath.Join(t.TempDir(), "f.zip")
	if err := writeZip(archive, entry{bootstrap, 0o755, "\x7fELF, but not for this machine"}); err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *setup) { c.Functions[0].Archive = archive })
	fault := s.fails(t, `{}`)
	if fault.Type != "Runtime.InvalidEntrypoint" || !strings.Contains(fault.Message, "exec format error") {
		t.Errorf("got %v", fault)
	}
}
