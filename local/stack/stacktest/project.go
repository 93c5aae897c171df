// Package stacktest copies the project for tests, with handlers whose responses the
// tests know. Only tests use it.
package stacktest

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"api-auth-jwt-auth0/local/project"
)

// handlers replace the project's handlers of the same names: those are edited, and only
// their own tests should depend on them.
//
//go:embed testdata/lambdas
var handlers embed.FS

// sources are the files of the project that `go run ./local` reads, besides the local
// cloud's own code.
var sources = []string{
	"go.mod", "go.sum", "README.md", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml",
	"infra", "lambdas", "local/aws/sigv4", "local/credentials/cmd", "local/live", "local/provider", "local/stack", "web",
}

// ProjectName returns the name in Pulumi.yaml, with which the names of resources begin.
func ProjectName(t testing.TB) string {
	t.Helper()
	root, err := project.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "Pulumi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`(?m)^name: *(\S+)`).FindSubmatch(text)
	if name == nil {
		t.Fatal("Pulumi.yaml has no name")
	}
	return string(name[1])
}

// CopyProject copies the project to a folder, without its installed packages. The
// handlers public and private are those of testdata.
func CopyProject(to string) error {
	root, err := project.Root()
	if err != nil {
		return err
	}
	for _, name := range sources {
		if err := copyTree(root, filepath.FromSlash(name), to); err != nil {
			return err
		}
	}
	return copyHandlers(filepath.Join(to, "lambdas"))
}

// copyTree copies the file or folder name in from to to.
func copyTree(from, name, to string) error {
	return filepath.WalkDir(filepath.Join(from, name), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, below)
		switch {
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "dist"):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}

// copyHandlers replaces the folders below lambdas that testdata has.
func copyHandlers(lambdas string) error {
	own, err := fs.Sub(handlers, "testdata/lambdas")
	if err != nil {
		return err
	}
	folders, err := fs.ReadDir(own, ".")
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := os.RemoveAll(filepath.Join(lambdas, folder.Name())); err != nil {
			return err
		}
	}
	return os.CopyFS(lambdas, own)
}
