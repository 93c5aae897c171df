package artifact

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestFirstBuildRunsAlone: builds with the same flags wait for the first one that
// succeeds, and then run concurrently.
func TestFirstBuildRunsAlone(t *testing.T) {
	caches := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, caches)
	}
	b := Builder{Target: Lambda}
	run := func(build func() error) error {
		return b.afterFirstBuild(t.Context(), "go1.26", []string{"-trimpath"}, build)
	}
	failed := errors.New("does not compile")
	if err := run(func() error { return failed }); !errors.Is(err, failed) {
		t.Errorf("expected %v, got %v", failed, err)
	}
	var running, most atomic.Int32
	results := make(chan error, 4)
	inside, proceed := make(chan struct{}), make(chan struct{})
	build := func() error {
		if n := running.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer running.Add(-1)
		inside <- struct{}{}
		<-proceed
		return nil
	}
	for range cap(results) {
		go func() { results <- run(build) }()
	}
	<-inside
	if n := most.Load(); n != 1 {
		t.Errorf("expected the first build to run by itself, got %d at once", n)
	}
	proceed <- struct{}{}
	for range cap(results) - 1 { // all others run concurrently, or this would block
		<-inside
	}
	close(proceed)
	for range cap(results) {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if n := most.Load(); n != int32(cap(results))-1 {
		t.Errorf("expected the others side by side, got %d at once", n)
	}
	folder, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(folder, "api-auth-jwt-auth0", "compiled"))
	if err != nil || len(entries) != 2 || strings.Contains(entries[0].Name(), "lock") {
		t.Errorf("expected a stamp and its lock, got %v, %v", entries, err)
	}
}
