package artifact

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// place makes a build that was last used some time ago.
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

// TestBuildsArePruned: a new build removes the ones beyond the number to keep.
func TestBuildsArePruned(t *testing.T) {
	t.Parallel()
	b := Builder{Target: Host(), CacheDir: t.TempDir()}
	make := func(key string) string {
		path, err := b.Place("kind", key, "build")
		if err == nil {
			err = b.Once(key, path, Retention{2, 2 * time.Hour}, func(temporary string) error { return os.WriteFile(temporary, nil, 0o644) })
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
	make("0") // found, and so used
	make("new")
	if got, want := keys(t, b), []string{"0", "new"}; !slices.Equal(got, want) {
		t.Errorf("expected %q, got %q", want, got)
	}
}
