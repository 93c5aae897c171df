package artifact

import (
	"context"
	"fmt"
)

// Console builds the page of the local cloud's console and returns the folder
// of its files. It is built like the site, from the same packages, with the styles
// and parts of the site that it shares, and never deployed.
func (b Builder) Console(ctx context.Context) (string, error) {
	dir, err := b.buildPage(ctx, "console", "console", consolePage)
	if err != nil {
		return "", fmt.Errorf("the console's page does not build: %w", err)
	}
	return dir, nil
}
