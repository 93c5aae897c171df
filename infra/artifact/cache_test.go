package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// place creates a build that was last used some time ago.
func place(t *testing.T, b Builder, key string, ago time.Duration) {
	t.Helper()
	path, err := b.Place("kind", key, "build")
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, key)
	used := time.Now().Add(-ago)
	if err := os.Chtimes(filepath.Dir(path), used, used); err != nil {
		t.Fatal(err)
	}
}

func keys(t *testing.T, b Builder) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(b.CacheDir, "kind"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestPruneKeepsRecentBuilds(t *testing.T) {
	t.Parallel()
	b := Builder{CacheDir: t.TempDir()}
	place(t, b, "now", 0)
	place(t, b, "an hour", time.Hour)
	place(t, b, "a day", 24*time.Hour)
	place(t, b, "a week", 7*24*time.Hour)
	place(t, b, "a year", 365*24*time.Hour)
	for _, step := range []struct {
		name string
		keep int
		want []string
	}{
		{"by age only", 10, []string{"a day", "a week", "an hour", "now"}},
		{"by count", 3, []string{"a day", "an hour", "now"}},
		{"but not what may be in use", 0, []string{"an hour", "now"}},
	} {
		if err := b.Prune("kind", Retention{step.keep, 2 * time.Hour}); err != nil {
			t.Fatal(err)
		}
		if got := keys(t, b); !slices.Equal(got, step.want) {
			t.Errorf("%s: expected %q, got %q", step.name, step.want, got)
		}
	}
}

// TestPlacedBuildIsNotPruned, even while another process prunes.
func TestPlacedBuildIsNotPruned(t *testing.T) {
	t.Parallel()
	b := Builder{CacheDir: t.TempDir()}
	var wg sync.WaitGroup
	for i := range 50 {
		key := fmt.Sprint(i)
		place(t, b, key, 24*time.Hour)
		wg.Go(func() {
			if err := b.Prune("kind", Retention{0, 2 * time.Hour}); err != nil {
				t.Error(err)
			}
		})
		path, err := b.Place("kind", key, "build")
		if err != nil {
			t.Fatal(err)
		}
		found := exists(path)
		wg.Wait()
		if exists(path) != found || !exists(filepath.Dir(path)) {
			t.Fatalf("build %d was pruned while it was used", i)
		}
	}
}

// TestBuildsArePruned: a new build removes those beyond the number to keep.
func TestBuildsArePruned(t *testing.T) {
	t.Parallel()
	b := Builder{Target: Host(), CacheDir: t.TempDir()}
	make := func(key string) string {
		path, err := b.Place("kind", key, "build")
		if err == nil {
			err = b.Once(t.Context(), key, path, Retention{2, 2 * time.Hour}, func(temporary string) error { return os.WriteFile(temporary, nil, 0o644) })
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	long := time.Now().Add(-3 * time.Hour)
	for i := range 3 {
		long = long.Add(time.Minute)
		if err := os.Chtimes(filepath.Dir(make(fmt.Sprint(i))), long, long); err != nil {
			t.Fatal(err)
		}
	}
	make("0") // found in the cache, which counts as a use
	make("new")
	if got, want := keys(t, b), []string{"0", "new"}; !slices.Equal(got, want) {
		t.Errorf("expected %q, got %q", want, got)
	}
}

// TestWaitForAnotherBuildIsShownAndEnds: the wait for a build of another process is shown
// as a running step, and can be canceled.
func TestWaitForAnotherBuildIsShownAndEnds(t *testing.T) {
	t.Parallel()
	reported := make(chan Step, 4)
	b := Builder{CacheDir: t.TempDir()}
	path, err := b.Place("kind", "key", "build")
	if err != nil {
		t.Fatal(err)
	}
	building, finish := make(chan bool), make(chan bool)
	made := make(chan error, 1)
	go func() {
		made <- b.Once(t.Context(), "it", path, keptPages, func(temporary string) error {
			close(building)
			<-finish
			return os.WriteFile(temporary, nil, 0o644)
		})
	}()
	<-building
	b.Report = func(s Step) { reported <- s }
	never := func(string) error { t.Error("it was built twice"); return nil }
	ctx, cancel := context.WithCancel(t.Context())
	waited := make(chan error, 1)
	go func() { waited <- b.Once(ctx, "it", path, keptPages, never) }()
	if s := <-reported; s.Name != "it" || s.Done {
		t.Errorf("expected the start of a step, got %+v", s)
	}
	cancel()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("expected the wait to end with its context, got %v", err)
	}
	if s := <-reported; !s.Done || s.Err == nil {
		t.Errorf("expected the step's end, got %+v", s)
	}

	go func() { waited <- b.Once(t.Context(), "it", path, keptPages, never) }()
	<-reported
	close(finish)
	if err := errors.Join(<-made, <-waited); err != nil {
		t.Error(err)
	}
	if s := <-reported; !s.Done || s.Err != nil {
		t.Errorf("expected the step's end, got %+v", s)
	}
}

// TestHandlerSavedWhileItIsBuilt: if sources change during a build, the build is not
// cached under the key of the old ones.
func TestHandlerSavedWhileItIsBuilt(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	source := filepath.Join(root, "lambdas", "a", "main.go")
	write(t, filepath.Join(root, "go.mod"), "module example\n\ngo 1.26\n")
	write(t, filepath.Join(root, "go.sum"), "")
	const before, after = "package main\n\nfunc main() { println(\"before\") }\n", "package main\n\nfunc main() { println(\"after\") }\n"
	write(t, source, before)
	b := Builder{Root: root, Target: Host(), CacheDir: t.TempDir(), Local: true}
	saving := b
	var save sync.Once
	saving.Report = func(Step) { save.Do(func() { write(t, source, after) }) }
	for _, want := range []struct {
		builder        Builder
		source, output string
	}{{saving, before, "after"}, {b, before, "before"}, {b, after, "after"}} {
		write(t, source, want.source)
		zips, err := want.builder.Handlers(t.Context(), []string{"a"})
		if err != nil {
			t.Fatal(err)
		}
		if code := unzip(t, zips["a"]); !bytes.Contains(code, []byte(want.output)) {
			t.Errorf("expected the handler that prints %q", want.output)
		}
	}
}
