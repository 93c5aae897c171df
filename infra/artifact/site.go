package artifact

import (
	"context"
	"fmt"
	"path/filepath"
)

// Site builds the web app for production and returns the folder of its files.
// It installs the npm packages of the lock file first where they are missing.
// A SiteDir is returned as it is.
func (b Builder) Site(ctx context.Context) (string, error) {
	if b.SiteDir != "" {
		return b.SiteDir, nil
	}
	dir, err := b.buildPage(ctx, "site", "web app", sitePage)
	if err != nil {
		return "", fmt.Errorf("web app does not build: %w", err)
	}
	return dir, nil
}

func (b Builder) web() string { return filepath.Join(b.Root, "web") }
