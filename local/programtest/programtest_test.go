package programtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "present")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := (Program{Names: []string{"no-such-program", path}}).Find(); got != path || err != nil {
		t.Errorf("expected the second name, got %q, %v", got, err)
	}
	_, err := Program{Names: []string{"no-such-program", "nor-this"}}.Find()
	if err == nil || !strings.Contains(err.Error(), "the tests need one of no-such-program, nor-this on PATH: install it") {
		t.Errorf("expected what to install, got %v", err)
	}
}
