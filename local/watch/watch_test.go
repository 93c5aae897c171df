package watch

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
)

// newWatcher watches a folder with handlers/one/main.go and settings.yaml in it.
func newWatcher(t *testing.T) (root string, w *Watcher) {
	t.Helper()
	root = t.TempDir()
	for _, dir := range []string{"handlers/one", "handlers/node_modules", "other"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, root, "handlers/one/main.go")
	write(t, root, "settings.yaml")
	w, err := New(Config{Root: root, Skip: skip, IsSource: artifact.IsSource})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return root, w
}

func skip(folder string) bool { return path.Base(folder) == "node_modules" || folder == "other" }

func write(t *testing.T, root, name string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, name), []byte(name), 0o644); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, root, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(root, name)); err != nil {
		t.Fatal(err)
	}
}

// mustReport waits until all of these files have been reported, and nothing
// else: one save may be reported as two changes on a slow machine.
func mustReport(t *testing.T, w *Watcher, want ...string) {
	t.Helper()
	missing := slices.Clone(want)
	for len(missing) > 0 {
		select {
		case change := <-w.Changes():
			if change.Err != nil || change.At.IsZero() {
				t.Fatalf("expected files and when they changed, got %+v", change)
			}
			for _, file := range change.Files {
				if !slices.Contains(want, file) {
					t.Errorf("expected %q, got %q", want, change.Files)
				}
				missing = slices.DeleteFunc(missing, func(name string) bool { return name == file })
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("nothing more was reported, and %q is missing", missing)
		}
	}
}

func TestSavesAreReported(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		save func(t *testing.T, root string)
		want []string
	}{
		{"a file written over", func(t *testing.T, root string) { write(t, root, "handlers/one/main.go") }, []string{"handlers/one/main.go"}},
		{"a file of the root", func(t *testing.T, root string) { write(t, root, "settings.yaml") }, []string{"settings.yaml"}},
		{"a new file", func(t *testing.T, root string) { write(t, root, "handlers/one/new.go") }, []string{"handlers/one/new.go"}},
		{"a save by renaming, as editors do", func(t *testing.T, root string) {
			write(t, root, "handlers/one/main.go~")
			if err := os.Rename(filepath.Join(root, "handlers/one/main.go~"), filepath.Join(root, "handlers/one/main.go")); err != nil {
				t.Fatal(err)
			}
		}, []string{"handlers/one/main.go"}},
		{"a removed file", func(t *testing.T, root string) {
			remove(t, root, "handlers/one/main.go")
		}, []string{"handlers/one/main.go"}},
		{"two files at once", func(t *testing.T, root string) {
			write(t, root, "handlers/one/main.go")
			write(t, root, "settings.yaml")
		}, []string{"handlers/one/main.go", "settings.yaml"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root, w := newWatcher(t)
			test.save(t, root)
			mustReport(t, w, test.want...)
		})
	}
}

// Ignored files are followed by one that is not, so that the test can see that they
// were not reported.
func TestOtherFilesAreNotReported(t *testing.T) {
	t.Parallel()
	root, w := newWatcher(t)
	write(t, root, "handlers/node_modules/package.js")
	write(t, root, "other/main.go")
	write(t, root, "handlers/one/.main.go.swp")
	write(t, root, "handlers/one/4913")
	if err := os.Chmod(filepath.Join(root, "handlers/one/main.go"), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, root, "settings.yaml")
	mustReport(t, w, "settings.yaml")
}

// TestTemporaryFile comes and goes: the change has no files, but it is reported, since
// OnSave was called.
func TestTemporaryFile(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "main.go")
	w, err := New(Config{Root: root, Quiet: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	write(t, root, "temporary.go")
	remove(t, root, "temporary.go")
	if change := <-w.Changes(); len(change.Files) > 0 || change.At.IsZero() {
		t.Errorf("expected a change without files, got %+v", change)
	}
	write(t, root, "sedX3kQ9z") // as sed -i does
	if err := os.Rename(filepath.Join(root, "sedX3kQ9z"), filepath.Join(root, "main.go")); err != nil {
		t.Fatal(err)
	}
	mustReport(t, w, "main.go")
	write(t, root, "new.go")
	mustReport(t, w, "new.go")
	remove(t, root, "new.go")
	mustReport(t, w, "new.go")
}

func TestFolderThatIsMovedAwayIsReported(t *testing.T) {
	t.Parallel()
	root, w := newWatcher(t)
	if err := os.Rename(filepath.Join(root, "handlers/one"), filepath.Join(t.TempDir(), "one")); err != nil {
		t.Fatal(err)
	}
	mustReport(t, w, "handlers/one")
}

func TestFoldersThatAppearAreWatched(t *testing.T) {
	t.Parallel()
	root, w := newWatcher(t)
	// Moved in whole: what is in it exists before the folder can be watched.
	if err := os.MkdirAll(filepath.Join(root, "other", "two", "inner"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, root, "other/two/inner/main.go")
	if err := os.Rename(filepath.Join(root, "other", "two"), filepath.Join(root, "handlers", "two")); err != nil {
		t.Fatal(err)
	}
	mustReport(t, w, "handlers/two/inner/main.go")
	write(t, root, "handlers/two/inner/more.go")
	mustReport(t, w, "handlers/two/inner/more.go")
}

func TestNewFolderIsWatched(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	w, err := New(Config{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := os.Mkdir(filepath.Join(root, "late"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, root, "late/file")
	mustReport(t, w, "late/file")
}

// TestWholeRootIsWatched except for what is skipped, also if that appears later.
func TestWholeRootIsWatched(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, dir := range []string{"one", "node_modules"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	w, err := New(Config{Root: root, Skip: skip})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	write(t, root, "node_modules/file")
	write(t, root, "one/file")
	mustReport(t, w, "one/file")
	if err := os.MkdirAll(filepath.Join(root, "two", "node_modules"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, root, "two/node_modules/file")
	write(t, root, "two/file")
	mustReport(t, w, "two/file")
}

func TestMissingRootIsNamed(t *testing.T) {
	t.Parallel()
	_, err := New(Config{Root: filepath.Join(t.TempDir(), "absent")})
	if err == nil || !strings.Contains(err.Error(), "absent") {
		t.Errorf("expected an error that names the folder, got %v", err)
	}
}

func TestOnSaveComesBeforeTheReport(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	saved := make(chan string, 8)
	w, err := New(Config{Root: root, OnSave: func(file string) { saved <- file }})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	write(t, root, "file")
	<-w.Changes()
	select {
	case file := <-saved:
		if file != "file" {
			t.Errorf("expected the file, got %q", file)
		}
	default:
		t.Error("the change was reported before its file")
	}
}

func TestCloseEndsTheChanges(t *testing.T) {
	t.Parallel()
	w, err := New(Config{Root: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, open := <-w.Changes(); open {
		t.Error("expected no further changes")
	}
}
