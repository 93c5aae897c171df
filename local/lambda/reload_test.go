//go:build unix

package lambda

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// version is the test handler as another function of the same name: an
// environment variable makes the difference.
func version(t testing.TB, v string) Function {
	return Function{
		Name: "f", Archive: handlerZip(t), Handler: bootstrap, Runtime: "provided.al2023", Timeout: time.Minute,
		Environment: map[string]string{"VERSION": v},
	}
}

func (s *testService) mustReload(t testing.TB, functions ...Function) {
	t.Helper()
	commit, err := s.Prepare(t.Context(), testConfig(functions...))
	if err != nil {
		t.Fatal(err)
	}
	commit()
}

// versionOf is the version that answers.
func (s *testService) versionOf(t testing.TB) string {
	t.Helper()
	for _, variable := range decode[[]string](t, s.call(t, `{"do":"env"}`)) {
		if v, ok := strings.CutPrefix(variable, "VERSION="); ok {
			return v
		}
	}
	return ""
}

func TestReloadRunsTheNewCodeAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions = []Function{version(t, "1")} })
	for i := range 5 {
		v := fmt.Sprint(i)
		s.mustReload(t, version(t, v))
		if got := s.versionOf(t); got != v {
			t.Fatalf("expected version %s to answer, got %q", v, got)
		}
	}
}

func TestReloadKeepsUnchangedProcesses(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions = []Function{version(t, "1")} })
	before := s.call(t, `{"do":"pid"}`)
	s.mustReload(t, version(t, "1"))
	if after := s.call(t, `{"do":"pid"}`); after != before {
		t.Errorf("expected process %s to go on, got %s", before, after)
	}
}

// TestReloadLetsInvocationsEnd: one runs, and one more waits for its process.
func TestReloadLetsInvocationsEnd(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions = []Function{version(t, "1")} })
	open := newGate(t).wait(t, s, 2)
	old := s.code(t)
	s.mustReload(t, version(t, "2"))
	if got := s.versionOf(t); got != "2" {
		t.Errorf("expected the new code beside the old, got version %q", got)
	}
	if pids := open(); len(pids) != 2 { // call has reported what failed
		t.Errorf("expected both to end, got %v", pids)
	}
	s.mustForget(t, old)
}

// mustForget waits until the folders of replaced code are gone.
func (s *testService) mustForget(t testing.TB, folders []string) {
	t.Helper()
	s.mustDo(t, "the old code is removed", func() bool {
		return !slices.ContainsFunc(folders, func(folder string) bool {
			_, err := os.Stat(folder)
			return err == nil
		})
	})
}

// mustDo waits for what happens in the background.
func (s *testService) mustDo(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
		s.call(t, `{"do":"echo"}`)
	}
}

func TestReloadUnderLoadFailsNothing(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions = []Function{version(t, "0")} })
	stop := make(chan struct{})
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				event := fmt.Sprintf(`{"do":"echo","value":%d}`, n)
				if got := s.call(t, event); got != fmt.Sprint(n) {
					t.Errorf("%s: got %q", event, got)
					return
				}
			}
		})
	}
	for i := range 20 {
		s.mustReload(t, version(t, fmt.Sprint(i+1)))
	}
	close(stop)
	callers.Wait()
	s.mustDo(t, "one version's code is left", func() bool { return len(s.code(t)) == 1 })
}

func TestReloadOfBadFunctionsChangesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions = []Function{version(t, "1")} })
	missing := version(t, "2")
	missing.Archive = filepath.Join(t.TempDir(), "absent.zip")
	nameless := version(t, "2")
	nameless.Name = ""
	for _, f := range []Function{missing, nameless} {
		if _, err := s.Prepare(t.Context(), testConfig(f)); err == nil {
			t.Errorf("%+v was accepted", f)
		}
	}
	if got := s.versionOf(t); got != "1" {
		t.Errorf("expected version 1 to stay, got %q", got)
	}
	if folders := s.code(t); len(folders) != 1 {
		t.Errorf("expected the code of one version, got %q", folders)
	}
}

// TestPrepareWithoutCommit changes nothing, and its code goes with the next one.
func TestPrepareWithoutCommit(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions = []Function{version(t, "1")} })
	before := s.call(t, `{"do":"pid"}`)
	superseded, err := s.Prepare(t.Context(), testConfig(version(t, "2")))
	if err != nil {
		t.Fatal(err)
	}
	if after := s.call(t, `{"do":"pid"}`); after != before {
		t.Errorf("expected process %s to stay, got %s", before, after)
	}
	commit, err := s.Prepare(t.Context(), testConfig(version(t, "3")))
	if err != nil {
		t.Fatal(err)
	}
	if folders := s.code(t); len(folders) != 2 {
		t.Errorf("expected the code of versions 1 and 3, got %q", folders)
	}
	superseded()
	if got := s.versionOf(t); got != "1" {
		t.Errorf("expected version 1 to stay, got %q", got)
	}
	commit()
	commit()
	if got := s.versionOf(t); got != "3" {
		t.Errorf("expected version 3, got %q", got)
	}
}

// TestCommitAfterClose does nothing, and leaves nothing behind.
func TestCommitAfterClose(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions = []Function{version(t, "1")} })
	commit, err := s.Prepare(t.Context(), testConfig(version(t, "2")))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	commit()
	if left := s.code(t); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestPrepareStopsWithItsContext before it unpacks anything else.
func TestPrepareStopsWithItsContext(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Prepare(ctx, testConfig(version(t, "2"))); !errors.Is(err, context.Canceled) {
		t.Errorf("expected context.Canceled, got %v", err)
	}
	if folders := s.code(t); len(folders) != 1 {
		t.Errorf("expected the code of one version, got %q", folders)
	}
}

func TestReloadWithoutAFunctionForgetsIt(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions = []Function{version(t, "1")} })
	s.mustReload(t)
	if _, err := s.Invoke(t.Context(), "f", []byte(`{}`)); !errors.Is(err, ErrUnknownFunction) {
		t.Errorf("expected ErrUnknownFunction, got %v", err)
	}
}

func TestReloadAfterClose(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *setup) { c.Functions = []Function{version(t, "1")} })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prepare(t.Context(), testConfig(version(t, "2"))); !errors.Is(err, ErrClosed) {
		t.Errorf("expected ErrClosed, got %v", err)
	}
	if _, err := s.Invoke(t.Context(), "f", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("expected ErrClosed, got %v", err)
	}
}
