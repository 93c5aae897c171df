package artifact

import (
	"context"
	"fmt"
	"path/filepath"
)

// Site builds the web app for production and returns the folder of its files.
// First it installs the npm packages of the lock file if they are missing.
// If SiteDir is set, it is returned without a build.
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
