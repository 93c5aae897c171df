package lambda

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnpack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	archive, root := filepath.Join(dir, "f.zip"), filepath.Join(dir, "root")
	err := writeZip(archive, entry{bootstrap, 0o755, "run"}, entry{"data/", os.ModeDir | 0o755, ""},
		entry{"data/a.txt", 0o644, "a"}, entry{"deep/er/b.txt", 0o600, "b"})
	if err == nil {
		err = os.Mkdir(root, 0o755)
	}
	if err == nil {
		err = unpack(archive, root)
	}
	t.Cleanup(func() { remove(root) })
	if err != nil {
		t.Fatal(err)
	}
	const dir555 = os.ModeDir | 0o555
	for name, want := range map[string]os.FileMode{".": dir555, "data": dir555, "deep": dir555, "deep/er": dir555, bootstrap: 0o555, "data/a.txt": 0o444, "deep/er/b.txt": 0o400} {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil || info.Mode() != want {
			t.Errorf("%s: got %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
}

func TestUnpackRefuses(t *testing.T) {
	t.Parallel()
	ok := entry{bootstrap, 0o755, "run"}
	tests := []struct {
		name    string
		entries []entry
		want    string
	}{
		{"no bootstrap", []entry{{"main", 0o755, ""}}, "no `bootstrap` at its root"},
		{"bootstrap not executable", []entry{{bootstrap, 0o644, ""}}, "expected an executable file (zip it with mode 0755)"},
		{"bootstrap is a folder", []entry{{"bootstrap/a", 0o755, ""}}, "expected an executable file"},
		{"parent folder", []entry{ok, {"../x", 0o644, ""}}, "the name leaves the archive"},
		{"parent folder within", []entry{ok, {"a/../../x", 0o644, ""}}, "the name leaves the archive"},
		{"absolute", []entry{ok, {"/x", 0o644, ""}}, "the name leaves the archive"},
		{"link", []entry{ok, {"link", os.ModeSymlink | 0o777, "/etc"}}, "expected a file or folder"},
		{"twice", []entry{ok, ok}, "file exists"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			archive, root := filepath.Join(dir, "f.zip"), filepath.Join(dir, "a", "root")
			if err := os.MkdirAll(root, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := writeZip(archive, test.entries...); err != nil {
				t.Fatal(err)
			}
			if err := unpack(archive, root); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if _, err := os.Lstat(filepath.Join(dir, "a", "x")); err == nil {
				t.Error("an entry left the folder")
			}
		})
	}
}

func TestUnpackLimitsSize(t *testing.T) {
	t.Parallel()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	budget := int64(10)
	for i, want := range []string{"", "", "the code is larger"} {
		err := writeFile(root, fmt.Sprint(i), 0o644, strings.NewReader("12345"), &budget)
		if fmt.Sprint(err) != "<nil>" && want == "" || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("file %d: got %v, want %q", i, err, want)
		}
	}
}

// wantRunnable checks what unpack promises of code that it accepts.
func wantRunnable(t *testing.T, root string) {
	t.Helper()
	if info, err := os.Lstat(filepath.Join(root, bootstrap)); err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 == 0 {
		t.Errorf("accepted without an executable bootstrap: %v, %v", info, err)
	}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err == nil {
			if info, err := entry.Info(); err != nil || !info.IsDir() && !info.Mode().IsRegular() || info.Mode()&0o222 != 0 {
				t.Errorf("%s: mode %v, %v", path, entry.Type(), err)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// FuzzUnpack: no archive writes outside its folder, and one that is accepted
// holds nothing but read-only files and folders, an executable bootstrap among them.
func FuzzUnpack(f *testing.F) {
	seed := filepath.Join(f.TempDir(), "f.zip")
	ok := entry{bootstrap, 0o755, "run"}
	for _, entries := range [][]entry{
		{ok}, {ok, {"../x", 0o644, ""}}, {ok, {"/x", 0o644, ""}}, {ok, {"a/b/c", 0o600, "data"}, {"d/", os.ModeDir | 0o700, ""}},
		{ok, {"link", os.ModeSymlink | 0o777, "../.."}, {"link/x", 0o644, ""}}, {ok, {`..\x`, 0o644, ""}}, {},
	} {
		if err := writeZip(seed, entries...); err != nil {
			f.Fatal(err)
		}
		bytes, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		dir := t.TempDir()
		archive, root := filepath.Join(dir, "f.zip"), filepath.Join(dir, "root")
		if err := os.WriteFile(archive, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(root, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { remove(root) })
		if unpack(archive, root) == nil {
			wantRunnable(t, root)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
			t.Errorf("an entry left the folder: %v, %v", entries, err)
		}
	})
}
