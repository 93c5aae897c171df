package artifact

import (
	"path/filepath"
	"testing"
)

// TestConsoleIsNoPartOfTheSite: a change of the console leaves the site's build
// as it is, while the console follows both, whose parts it shares.
func TestConsoleIsNoPartOfTheSite(t *testing.T) {
	t.Parallel()
	root := project(t)
	keys := func() (site, console string) {
		web := filepath.Join(root, "web")
		return keyOf(t, sitePage, web), keyOf(t, consolePage, web)
	}
	site, console := keys()
	write(t, filepath.Join(root, "web", "console", "src", "more.ts"), "export {};\n")
	siteNow, consoleNow := keys()
	if siteNow != site || consoleNow == console {
		t.Error("expected a new key for the console alone")
	}
	write(t, filepath.Join(root, "web", "src", "more.ts"), "export {};\n")
	siteLater, consoleLater := keys()
	if siteLater == siteNow || consoleLater == consoleNow {
		t.Error("expected new keys for both")
	}
}

func TestConsoleBuildsOnce(t *testing.T) {
	t.Parallel()
	var s steps
	b := Builder{Root: project(t), CacheDir: t.TempDir(), Report: s.report}
	for range 2 {
		dir, err := b.Console(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !exists(filepath.Join(dir, "index.html")) || !exists(filepath.Join(dir, "favicon.svg")) {
			t.Errorf("expected a page in %s", dir)
		}
	}
	if len(s.names) != 2 || s.names[1] != "console" {
		t.Errorf("expected the packages and one build, got %q", s.names)
	}
}
