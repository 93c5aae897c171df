package cli

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRoot finds or builds the CLI and runs it. This package compiles in seconds: on a
// new machine the build starts here, while the tests that need the CLI are compiled.
func TestRoot(t *testing.T) {
	deadline, ok := t.Deadline()
	if !ok {
		deadline = time.Now().Add(time.Hour)
	}
	ctx, cancel := context.WithDeadline(t.Context(), deadline.Add(-30*time.Second))
	defer cancel()
	root, err := Root(ctx, filepath.Join("..", "..", ".."), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	path := "pulumi" // on PATH
	if root != "" {
		path = binary(root)
	}
	out, err := exec.CommandContext(ctx, path, "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "v3.") {
		t.Fatalf("expected the version of a Pulumi CLI, got %q (%v)", out, err)
	}
	if root != "" && strings.TrimSpace(string(out)) != filepath.Base(root) {
		t.Errorf("expected the version pinned, %s, got %s", filepath.Base(root), out)
	}
}
