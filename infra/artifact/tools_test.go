package artifact

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMissingToolsAreNamed(t *testing.T) {
	b := Builder{Target: Host(), Root: project(t), CacheDir: t.TempDir()}
	t.Setenv("PATH", t.TempDir())
	_, err := b.Handlers(t.Context(), []string{"public"})
	checkMissing(t, err, "go", "https://go.dev/dl/")
	_, err = b.Site(t.Context())
	checkMissing(t, err, "node", "https://nodejs.org/")
}

// TestToolsAreCheckedBeforeAnythingIsBuilt: all missing tools are reported at once. A
// site that is already built needs no Node.js.
func TestToolsAreCheckedBeforeAnythingIsBuilt(t *testing.T) {
	root := project(t)
	b := Builder{Target: Host(), Root: root, CacheDir: t.TempDir()}
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	err := b.CheckTools(t.Context())
	if err == nil || !strings.Contains(err.Error(), "go is not on PATH") || !strings.Contains(err.Error(), "node is not on PATH") {
		t.Errorf("expected both tools to be named, got %v", err)
	}
	write(t, filepath.Join(dir, "go"), "#!/bin/sh\necho go1.26.4\n")
	if err := os.Chmod(filepath.Join(dir, "go"), 0o755); err != nil {
		t.Fatal(err)
	}
	place, err := b.Place("site", keyOf(t, sitePage, filepath.Join(root, "web")), "dist")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(place, "index.html"), "")
	if err := b.CheckTools(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOldNodeIsNamed(t *testing.T) {
	dir := t.TempDir()
	for _, tool := range []string{"node", "npm"} {
		if err := os.WriteFile(filepath.Join(dir, tool), []byte("#!/bin/sh\necho v18.20.4\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	b := Builder{Root: project(t), CacheDir: t.TempDir()}
	_, err := b.Site(t.Context())
	checkMissing(t, err, "node", "v18.20.4")
}

func TestSupportedNode(t *testing.T) {
	t.Parallel()
	for version, want := range map[[2]int]bool{
		{18, 20}: false, {20, 18}: false, {20, 19}: true, {21, 7}: false, {22, 11}: false, {22, 12}: true, {23, 11}: false, {24, 0}: true, {26, 1}: true,
	} {
		if got := supported(version[0], version[1]); got != want {
			t.Errorf("%v: expected %t, got %t", version, want, got)
		}
	}
}

func checkMissing(t *testing.T, err error, tool, text string) {
	t.Helper()
	var missing *MissingToolError
	if !errors.As(err, &missing) || missing.Tool != tool || !strings.Contains(err.Error(), text) {
		t.Errorf("expected %s to be named with %q, got %v", tool, text, err)
	}
}
