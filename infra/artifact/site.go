package artifact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Site builds the web app for production and returns the folder of its files.
// It installs the npm packages of the lock file first where they are missing.
// A SiteDir is returned as it is.
func (b Builder) Site(ctx context.Context) (string, error) {
	if b.SiteDir != "" {
		return b.SiteDir, nil
	}
	key, err := siteKey(b.Root)
	if err != nil {
		return "", fmt.Errorf("web app: %w", err)
	}
	dir, err := b.Place("site", key, "dist")
	if err != nil || exists(dir) {
		return dir, err
	}
	if err := b.InstallPackages(ctx); err != nil {
		return "", err
	}
	err = b.once("web app", dir, keptPages, func(temporary string) error {
		return run(ctx, b.web(), production, "npm", "run", "build", "--", "--outDir", temporary, "--emptyOutDir")
	})
	if err != nil {
		return "", fmt.Errorf("web app does not build: %w", err)
	}
	return dir, nil
}

// InstallPackages installs the web app's npm packages, exactly as the lock file
// names them, unless that very lock file was installed last.
func (b Builder) InstallPackages(ctx context.Context) error {
	if err := checkNode(ctx); err != nil {
		return err
	}
	unlock, err := b.lock()
	if err != nil {
		return err
	}
	defer unlock()
	stamp := filepath.Join(b.web(), "node_modules", ".installed")
	wanted, err := os.ReadFile(filepath.Join(b.web(), "package-lock.json"))
	if err != nil {
		return fmt.Errorf("web app: %w", err)
	}
	if installed, err := os.ReadFile(stamp); err == nil && bytes.Equal(installed, digest(wanted)) {
		return nil
	}
	err = b.step("npm packages", func() error {
		return run(ctx, b.web(), nil, "npm", "ci", "--include=dev", "--no-audit", "--no-fund")
	})
	if err != nil {
		return fmt.Errorf("web app: its npm packages cannot be installed: %w", err)
	}
	return os.WriteFile(stamp, digest(wanted), 0o644)
}

// production is the one mode in which the web app is built, whatever NODE_ENV
// says outside.
var production = []string{"NODE_ENV=production"}

func (b Builder) web() string { return filepath.Join(b.Root, "web") }

// lock keeps other processes from installing packages into the same folder.
func (b Builder) lock() (unlock func(), err error) {
	root, err := filepath.Abs(b.Root)
	if err != nil {
		return nil, err
	}
	path, err := b.cache("locks", string(digest([]byte(root))))
	if err != nil {
		return nil, err
	}
	return lockedfile.MutexAt(path).Lock()
}

func digest(data []byte) []byte {
	d := sha256.Sum256(data)
	return []byte(hex.EncodeToString(d[:]))
}
