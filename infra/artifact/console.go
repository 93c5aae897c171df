package artifact

import (
	"context"
	"fmt"
)

// Console builds the page of the local cloud's console, which is never deployed,
// and returns the folder of its files. It uses the same packages as the site.
func (b Builder) Console(ctx context.Context) (string, error) {
	dir, err := b.buildPage(ctx, "console", "console", consolePage)
	if err != nil {
		return "", fmt.Errorf("the console's page does not build: %w", err)
	}
	return dir, nil
}
