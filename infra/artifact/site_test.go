package artifact

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSiteIsReproducible(t *testing.T) {
	t.Parallel()
	var built []map[string]string
	for range 2 {
		var s steps
		b := Builder{Root: project(t), CacheDir: t.TempDir(), Report: s.report}
		dir, err := b.Site(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"npm packages", "web app"}; !slices.Equal(s.names, want) {
			t.Errorf("expected the steps %q, got %q", want, s.names)
		}
		built = append(built, contents(t, dir))
		s.names = nil
		if _, err := b.Site(t.Context()); err != nil || len(s.names) > 0 {
			t.Errorf("nothing changed, and %q were built again (%v)", s.names, err)
		}
	}
	if len(built[0]) != len(built[1]) {
		t.Errorf("expected the same files, got %d and %d", len(built[0]), len(built[1]))
	}
	for name, content := range built[0] {
		if built[1][name] != content {
			t.Errorf("%s differs from folder to folder", name)
		}
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files[strings.TrimPrefix(path, dir)] = string(read(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSiteThatDoesNotBuild(t *testing.T) {
	t.Parallel()
	root := project(t)
	write(t, filepath.Join(root, "web", "site", "src", "main.tsx"), "import './absent';\n")
	b := Builder{Root: root, CacheDir: t.TempDir()}
	_, err := b.Site(t.Context())
	if err == nil || !strings.Contains(err.Error(), "web app does not build") || !strings.Contains(err.Error(), "absent") {
		t.Errorf("expected the output of the build, got %v", err)
	}
}
