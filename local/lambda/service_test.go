package lambda

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestInvokeAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	tests := []struct{ name, event, want string }{
		{"object", `{"do":"echo","value":{"a":[1,"ü"]}}`, `{"a":[1,"ü"]}`},
		{"null", `{"do":"echo"}`, `null`},
		{"not JSON passes through", `{"do":"text"}`, `not JSON`},
		{"log", `{"do":"log"}`, `"done"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := s.call(t, test.event); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestInvokeByARN(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	answer, err := s.Invoke(t.Context(), "arn:aws:lambda:eu-central-1:123456789012:function:f", []byte(`{"do":"echo","value":1}`))
	if err != nil || string(answer) != "1" {
		t.Errorf("got %q, %v", answer, err)
	}
}

func TestInvokeRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	if _, err := s.Invoke(t.Context(), "g", nil); !errors.Is(err, ErrUnknownFunction) {
		t.Errorf("unknown function: got %v", err)
	}
	large := []byte(`"` + strings.Repeat("x", 6<<20-1) + `"`)
	if _, err := s.Invoke(t.Context(), "f", large); !errors.Is(err, ErrTooLarge) ||
		!strings.HasSuffix(err.Error(), "request must be smaller than 6291456 bytes for the InvokeFunction operation") {
		t.Errorf("6 MB and one byte: got %v", err)
	}
	for _, event := range []string{"{", "x", "{} {}", " ", "{'a':1}", "\"\xff\"", "\"\n\"", "01", "NaN", "\ufeff{}"} {
		if _, err := s.Invoke(t.Context(), "f", []byte(event)); !errors.Is(err, ErrInvalidJSON) {
			t.Errorf("%q: got %v", event, err)
		}
	}
	if starts := s.log.texts(Start); len(starts) > 0 {
		t.Errorf("the function was asked: %q", starts)
	}
	s.Close()
	if _, err := s.Invoke(t.Context(), "f", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: got %v", err)
	}
}

// TestEmptyEvent: the function gets an object without members.
func TestEmptyEvent(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, event := range []string{"", "{}"} {
		if fault := s.fails(t, event); fault.Message != "unknown: " {
			t.Errorf("%q: got %v", event, fault)
		}
	}
}

func TestRequestOfSixMegabytes(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	frame := `{"do":"pid","value":"%s"}`
	padding := strings.Repeat("x", maxRequest-len(frame)+len("%s"))
	s.call(t, fmt.Sprintf(frame, padding))
}

// TestNoCrossedAnswers gives each of many concurrent callers its own answer,
// while some of the invocations end their process, in every way.
func TestNoCrossedAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	ends := []string{"crash", "kill", "exit0", "panic", "stray panic", "segfault", "spawn-and-crash"}
	var wg sync.WaitGroup
	for caller := range 16 {
		wg.Go(func() {
			for i := range 50 {
				if caller == 0 && i%7 == 0 {
					s.fails(t, `{"do":"`+ends[i/7%len(ends)]+`"}`)
					continue
				}
				nonce := fmt.Sprintf(`"%d-%d"`, caller, i)
				if got := s.call(t, `{"do":"echo","value":`+nonce+`}`); got != nonce {
					t.Errorf("got %s, want %s", got, nonce)
				}
			}
		})
	}
	wg.Wait()
}

func TestCallerThatGoesAway(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := s.Invoke(ctx, "f", []byte(`{"do":"hang"}`))
		failed <- err
	}()
	s.log.await(1, func(line Line) bool { return line.Text == "hanging" })
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if ends := s.log.texts(End); len(ends) != 0 {
		t.Errorf("the function was stopped: %q", ends)
	}
}

func TestCloseFailsWhatRuns(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	failed := make(chan error, 1)
	go func() {
		_, err := s.Invoke(context.WithoutCancel(t.Context()), "f", []byte(`{"do":"hang"}`))
		failed <- err
	}()
	s.log.await(1, func(line Line) bool { return line.Text == "hanging" })
	if err := s.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if err := <-failed; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.options.Dir, "*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestCloseWhileProcessesStart closes at no moment in particular: every caller
// has its answer or ErrClosed, and nothing is left behind.
func TestCloseWhileProcessesStart(t *testing.T) {
	t.Parallel()
	for range 20 {
		s := start(t, nil)
		s.limits.wait, s.limits.still, s.limits.patience = 0, time.Millisecond, 0 // a process for each caller
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				answer, err := s.Invoke(context.WithoutCancel(t.Context()), "f", []byte(`{"do":"echo","value":1}`))
				if string(answer) != "1" && !errors.Is(err, ErrClosed) {
					t.Errorf("got %q, %v", answer, err)
				}
			})
		}
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
		wg.Wait()
		if n := len(s.processes) + len(s.pools["f"].alive); n > 0 {
			t.Errorf("%d processes are left", n)
		}
	}
}

func TestEnvironmentOfAProcess(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) {
		c.Functions[0].Environment = map[string]string{"TABLE": "things", "TZ": "Europe/Berlin"}
		c.Functions[0].LogFormat = "JSON"
	})
	want := []string{
		"AWS_ACCESS_KEY_ID=*", "AWS_CONFIG_FILE=/dev/null", "AWS_DEFAULT_REGION=eu-central-1",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "AWS_LAMBDA_FUNCTION_NAME=f", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/f",
		"AWS_LAMBDA_LOG_LEVEL=INFO", "AWS_LAMBDA_LOG_STREAM_NAME=*", "AWS_LAMBDA_RUNTIME_API=*", "AWS_REGION=eu-central-1",
		"AWS_SECRET_ACCESS_KEY=*", "AWS_SESSION_TOKEN=*", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "GOMAXPROCS=1",
		"LAMBDA_RUNTIME_DIR=/var/runtime", "LAMBDA_TASK_ROOT=" + s.pools["f"].root, "LANG=en_US.UTF-8",
		"PATH=/usr/local/bin:/usr/bin:/bin:/opt/bin", "TABLE=things", "TZ=Europe/Berlin", "_HANDLER=bootstrap", "_X_AMZN_TRACE_ID=*",
	}
	got := decode[[]string](t, s.call(t, `{"do":"env"}`))
	slices.Sort(got)
	for i, variable := range got {
		key, _, _ := strings.Cut(variable, "=")
		if slices.Contains(want, key+"=*") {
			got[i] = key + "=*"
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestTraceID: the runtime for Go hands the header on as a variable.
func TestTraceID(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	environment := strings.Join(decode[[]string](t, s.call(t, `{"do":"env"}`)), "\n")
	if !regexp.MustCompile(`(?m)^_X_AMZN_TRACE_ID=Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$`).MatchString(environment) {
		t.Errorf("got the environment\n%s", environment)
	}
}

func TestWorkingDirectoryIsTheTaskRoot(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	if got := decode[string](t, s.call(t, `{"do":"cwd"}`)); got != s.pools["f"].root {
		t.Errorf("got %q, want %q", got, s.pools["f"].root)
	}
}
