package orderservice

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed testdata
var testdata embed.FS

// WriteSources writes the sources that the service's program builds to an empty folder: its
// handlers, a bridge for a live stack, and its site, with the project's module files.
func WriteSources(project, to string) error {
	own, err := fs.Sub(testdata, "testdata")
	if err != nil {
		return err
	}
	if err := os.CopyFS(to, own); err != nil {
		return err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(project, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
