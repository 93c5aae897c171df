// Package web contains the web app, which has no Go code, and runs its tests as
// part of `go test ./...`.
package web

import (
	"io/fs"
	"os"
	"os/exec"
	"testing"

	"api-auth-jwt-auth0/infra/artifact"
)

// TestWebApp runs `npm test`: the type check, the unit tests, and the budget of
// the production build.
func TestWebApp(t *testing.T) {
	if err := (artifact.Builder{Root: ".."}).InstallPackages(t.Context()); err != nil {
		t.Fatal(err)
	}
	readSources(t)
	cmd := exec.CommandContext(t.Context(), "npm", "test")
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("npm test: %v", err)
	}
}

// readSources opens every source file: the go command caches the result of a
// test for as long as the files that the test process opened do not change.
func readSources(t *testing.T) {
	t.Helper()
	sources := os.DirFS(".")
	err := fs.WalkDir(sources, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "dist"):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		_, err = fs.ReadFile(sources, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
