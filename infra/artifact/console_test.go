package artifact

import (
	"path/filepath"
	"testing"
)

// TestPagesHaveSeparateKeys: a source of one page does not change the other's key, a
// shared source changes both keys, and a test changes neither.
func TestPagesHaveSeparateKeys(t *testing.T) {
	t.Parallel()
	web := filepath.Join(project(t), "web")
	site, console := keyOf(t, sitePage, web), keyOf(t, consolePage, web)
	for _, test := range []struct {
		file                        string
		changesSite, changesConsole bool
	}{
		{"site/src/more.ts", true, false},
		{"site/public/assets/more.svg", true, false},
		{"site/vite.config.ts", true, false},
		{"console/src/more.ts", false, true},
		{"console/style/more.css", false, true},
		{"console/vite.config.ts", false, true},
		{"shared/more.ts", true, true},
		{"shared/style/base.css", true, true},
		{"shared/tests.ts", true, true},
		{"vite.config.ts", true, true},
		{"package-lock.json", true, true},
		{"elsewhere/more.ts", true, true},
		{"site/test/more.test.ts", false, false},
		{"console/test/more.test.ts", false, false},
		{"shared/test/more.test.ts", false, false},
		{"dist/index.html", false, false},
		{"console/dist/index.html", false, false},
	} {
		write(t, filepath.Join(web, filepath.FromSlash(test.file)), "export {};\n")
		siteNow, consoleNow := keyOf(t, sitePage, web), keyOf(t, consolePage, web)
		if (siteNow != site) != test.changesSite {
			t.Errorf("%s: expected a new key of the site: %t", test.file, test.changesSite)
		}
		if (consoleNow != console) != test.changesConsole {
			t.Errorf("%s: expected a new key of the console: %t", test.file, test.changesConsole)
		}
		site, console = siteNow, consoleNow
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
