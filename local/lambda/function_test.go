package lambda

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPrepareReportsEveryProblem pins the words of each.
func TestPrepareReportsEveryProblem(t *testing.T) {
	t.Parallel()
	good := Function{Name: "good", Archive: "x.zip", Runtime: "provided.al2023"}
	_, err := start(t, nil).Prepare(t.Context(), Config{Functions: []Function{
		good, good,
		{Name: "a b", Runtime: "nodejs22.x", MemoryMB: 64, Timeout: time.Hour, LogFormat: "XML"},
		{Name: "env", Archive: "x.zip", Runtime: "provided.al2023", Environment: map[string]string{
			"AWS_REGION": "", "_HANDLER": "", "A-B": "", "NUL": "\x00", "BIG": strings.Repeat("x", 4096)}},
	}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`no region`,
		`function "good" is there twice`,
		`function "a b": the name needs 1 to 64`,
		`function "a b": no archive`,
		`function "a b": runtime "nodejs22.x" cannot run here: only provided.al2023 can`,
		`function "a b": memory of 64 MB: expected 128 to 10240`,
		`function "a b": timeout of 1h0m0s: expected more than 0 and at most 15m0s`,
		`function "a b": log format "XML": expected Text or JSON`,
		`function "env": environment variable AWS_REGION is reserved by Lambda`,
		`function "env": environment variable "_HANDLER": expected a letter`,
		`function "env": environment variable "A-B": expected a letter`,
		`function "env": environment variable NUL contains a NUL character`,
		`function "env": environment of 4124 bytes: Lambda allows 4096 in all`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in:\n%v", want, err)
		}
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != 13 {
		t.Errorf("%d problems:\n%v", n, err)
	}
}

func TestPrepareLeavesNothingBehindWhenItFails(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	missing := filepath.Join(t.TempDir(), "missing.zip")
	_, err := s.Prepare(t.Context(), testConfig(
		Function{Name: "a", Archive: handlerZip(t), Runtime: "provided.al2023"},
		Function{Name: "b", Archive: missing, Runtime: "provided.al2023"},
		Function{Name: "c", Archive: missing, Runtime: "provided.al2023"},
	))
	if err == nil || !strings.Contains(err.Error(), `function "b": opening archive`) || !strings.Contains(err.Error(), `function "c"`) {
		t.Errorf("got %v", err)
	}
	if left := s.code(t); len(left) != 1 { // of f
		t.Errorf("left behind: %v", left)
	}
}

func TestVCPUs(t *testing.T) {
	t.Parallel()
	for memory, want := range map[int]int{128: 1, 1769: 1, 1770: 2, 10240: 6} {
		if got := (Function{MemoryMB: memory}).vCPUs(); got != want {
			t.Errorf("%d MB: got %d, want %d", memory, got, want)
		}
	}
}

func TestParsePeak(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, status string
		want         int
	}{
		{"as the kernel writes it", "Name:\tbootstrap\nVmPeak:\t 1235600 kB\nVmHWM:\t   11320 kB\nVmRSS:\t   11000 kB\n", 12},
		{"a kernel thread", "Name:\tkthreadd\n", 0},
		{"cut short", "Name:\tx\nVmHWM:\t", 0},
		{"not a number", "Name:\tx\nVmHWM:\tmany kB\n", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := parsePeak([]byte(test.status)); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
