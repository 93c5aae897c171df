// Package stacktest copies the project, for tests that change it. Only tests use it.
package stacktest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// sources are what `go run ./local` reads of the project, beside the local cloud's
// own code.
var sources = []string{
	"go.mod", "go.sum", "README.md", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml",
	"infra", "lambdas", "local/provider", "local/stack", "web",
}

// Root is the project's folder: the one with Pulumi.yaml, at the working folder or
// above it.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "Pulumi.yaml")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("there is no Pulumi.yaml in " + start + " or above it")
		}
	}
}

// CopyProject copies the project to a folder, but not its installed packages.
func CopyProject(to string) error {
	root, err := Root()
	if err != nil {
		return err
	}
	for _, name := range sources {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(name)), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			below, err := filepath.Rel(root, path)
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
		if err != nil {
			return err
		}
	}
	return nil
}
