package cloud

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestDataIsOfOneCloud: a second local cloud would overwrite what the first one stores.
func TestDataIsOfOneCloud(t *testing.T) {
	t.Parallel()
	cfg := Config{Root: t.TempDir(), Stack: "dev", Data: filepath.Join(t.TempDir(), "data")}
	first, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(cfg); err == nil || !strings.Contains(err.Error(), "another local cloud uses "+cfg.Data) {
		t.Errorf("expected the folder to be in use, got %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}
