package lambda

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// delvePath builds Delve, at the version that testdata/delve pins, at its first
// use.
func delvePath(t *testing.T) string {
	t.Helper()
	path, err := buildDelve()
	if err != nil {
		t.Fatalf("building Delve: %v", err)
	}
	return path
}

var buildDelve = sync.OnceValues(func() (string, error) {
	path := filepath.Join(testDir, "dlv")
	build := exec.Command("go", "build", "-o", path, "github.com/go-delve/delve/cmd/dlv")
	build.Dir = filepath.Join("testdata", "delve")
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// startUnderDelve starts a service whose function runs under Delve.
func startUnderDelve(t *testing.T, change func(*Function)) *testService {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	debugger := &Debugger{Path: delvePath(t), Address: listener.Addr().String()}
	return start(t, func(c *setup) {
		c.Functions[0].Debugger = debugger
		if change != nil {
			change(&c.Functions[0])
		}
	})
}

// TestDebuggedFunction: it has a process before its first request and no other,
// may take longer than its time limit, and its deadline says so.
func TestDebuggedFunction(t *testing.T) {
	t.Parallel()
	s := startUnderDelve(t, func(f *Function) { f.Timeout = time.Nanosecond })
	first := decode[int](t, s.call(t, `{"do":"pid"}`))
	deadline := time.UnixMilli(decode[int64](t, s.call(t, `{"do":"deadline"}`)))
	if left := time.Until(deadline); left < debugLimit-time.Hour || left > debugLimit {
		t.Errorf("expected %v to be left, got %v", debugLimit, left)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if pid := decode[int](t, s.call(t, `{"do":"pid"}`)); pid != first {
				t.Errorf("expected the process %d, got %d", first, pid)
			}
		})
	}
	wg.Wait()
	environment := strings.Join(decode[[]string](t, s.call(t, `{"do":"env"}`)), "\n")
	if !strings.Contains(environment, "CGO_CFLAGS=-O0 -g") || !strings.Contains(environment, "AWS_LAMBDA_FUNCTION_NAME=f") {
		t.Errorf("got the environment %s", environment)
	}
}

// TestCrashUnderDelve: Delve stays when what it debugs has ended. The request
// fails all the same, and the next has a new process under a new Delve.
func TestCrashUnderDelve(t *testing.T) {
	t.Parallel()
	s := startUnderDelve(t, nil)
	first := decode[int](t, s.call(t, `{"do":"pid"}`))
	_, err := s.Invoke(t.Context(), "f", []byte(`{"do":"crash"}`))
	if fault, ok := errors.AsType[*FunctionError](err); !ok || fault.Type != typeExit {
		t.Errorf("expected %s, got %v", typeExit, err)
	}
	if second := decode[int](t, s.call(t, `{"do":"pid"}`)); second == first {
		t.Error("expected another process")
	}
}

// TestEndUnderDelve: what Delve debugs is in a group of its own, and ends with it.
func TestEndUnderDelve(t *testing.T) {
	t.Parallel()
	s := startUnderDelve(t, nil)
	ended := watch(t, decode[int](t, s.call(t, `{"do":"pid"}`)))
	pool := s.pools["f"]
	pool.mu.Lock()
	for p := range pool.alive {
		pool.drop(p)
		p.kill()
	}
	pool.mu.Unlock()
	ended()
}

// TestReloadUnderDelve: new code runs under a Delve of its own, at the same
// address, once the one before has left it.
func TestReloadUnderDelve(t *testing.T) {
	t.Parallel()
	s := startUnderDelve(t, nil)
	ended := watch(t, decode[int](t, s.call(t, `{"do":"pid"}`)))
	changed := s.pools["f"].function
	changed.Environment = map[string]string{"CHANGED": "yes"}
	s.mustReload(t, changed)
	if environment := decode[[]string](t, s.call(t, `{"do":"env"}`)); !slices.Contains(environment, "CHANGED=yes") {
		t.Errorf("got the environment %q", environment)
	}
	ended()
}

func TestParseChild(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "17 ": 17, "17 18 ": 17, "x": 0, "99999999999999999999 ": 0} {
		if got := parseChild([]byte(text)); got != want {
			t.Errorf("%q: expected %d, got %d", text, want, got)
		}
	}
}
