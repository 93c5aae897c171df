package artifact

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"strings"
)

// Console builds the page of the local cloud's console and returns the folder
// of its files. It is built like the site, from the same packages, and never
// deployed.
func (b Builder) Console(ctx context.Context) (string, error) {
	key, err := consoleKey(b.Root)
	if err != nil {
		return "", fmt.Errorf("console: %w", err)
	}
	dir, err := b.Place("console", key, "dist")
	if err != nil || exists(dir) {
		return dir, err
	}
	if err := b.InstallPackages(ctx); err != nil {
		return "", err
	}
	err = b.once("console", dir, keptPages, func(temporary string) error {
		return run(ctx, b.web(), production, "npm", "run", "build:console", "--", "--outDir", temporary, "--emptyOutDir")
	})
	if err != nil {
		return "", fmt.Errorf("the console's page does not build: %w", err)
	}
	return dir, nil
}

// consoleKey hashes the sources of the console and of the web app, whose styles
// and parts it shares.
func consoleKey(root string) (string, error) {
	h := sha256.New()
	err := hashTree(h, root, "web", func(entry fs.DirEntry) bool {
		name := entry.Name()
		return entry.IsDir() && (name == "node_modules" || name == "dist" || name == "test") ||
			strings.HasPrefix(name, ".") || isTest(entry)
	})
	return sum(h), err
}
