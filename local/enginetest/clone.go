package enginetest

import (
	"os"
	"path/filepath"
	"testing"
)

// Clone returns a folder with what git would check out, including the changes of
// the working copy, as far as a deployment needs it.
func Clone(t *testing.T) string {
	t.Helper()
	shared, err := Tools()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"infra", "lambdas", "web"} {
		CopyTree(t, filepath.Join(shared.Root, name), filepath.Join(dir, name))
	}
	for _, name := range []string{"go.mod", "go.sum", "main.go", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"} {
		CopyFile(t, filepath.Join(shared.Root, name), filepath.Join(dir, name))
	}
	return dir
}

// CopyTree copies a folder, without npm packages and builds.
func CopyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		below, _ := filepath.Rel(from, path) // path lies below from
		target := filepath.Join(to, below)
		switch {
		case err != nil:
			return err
		case entry.Name() == "node_modules" || entry.Name() == "dist":
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		}
		CopyFile(t, path, target)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// CopyFile copies one file.
func CopyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
