package artifact

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// project returns a copy of the project's files that a build needs, without
// web/node_modules.
func project(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(root, name), string(data))
	}
	copyTree(t, filepath.Join("..", "..", "lambdas"), filepath.Join(root, "lambdas"))
	copyTree(t, filepath.Join("..", "..", "web"), filepath.Join(root, "web"))
	return root
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "dist"):
			return filepath.SkipDir
		case entry.IsDir():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		write(t, filepath.Join(to, below), string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// steps records the names of finished steps.
type steps struct {
	mu    sync.Mutex
	names []string
}

func (s *steps) report(step Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if step.Done {
		s.names = append(s.names, step.Name)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestEnvironmentDoesNotChangeBuilds: unrelated settings of a machine neither change nor
// break a build.
func TestEnvironmentDoesNotChangeBuilds(t *testing.T) {
	build := func() (handler []byte, site map[string]string) {
		b := Builder{Target: Lambda, Root: project(t), CacheDir: t.TempDir()}
		zips, err := b.Handlers(t.Context(), []string{"public"})
		if err != nil {
			t.Fatal(err)
		}
		dir, err := b.Site(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return read(t, zips["public"]), contents(t, dir)
	}
	goenv := filepath.Join(t.TempDir(), "env")
	write(t, goenv, "GOFLAGS=-trimpath=false -ldflags=-X=main.v=1\n")
	t.Setenv("GOENV", goenv)
	t.Setenv("NODE_ENV", "development")
	handler, site := build()
	t.Setenv("GOENV", "off")
	t.Setenv("NODE_ENV", "production")
	otherHandler, otherSite := build()
	if !bytes.Equal(handler, otherHandler) {
		t.Error("the handler's zip depends on go env -w")
	}
	for name := range site {
		if site[name] != otherSite[name] {
			t.Errorf("%s depends on NODE_ENV", name)
		}
	}
}

// TestToolchainIsThatOfTheBuild: settings of the toolchain that change a build change its
// key, others do not.
func TestToolchainIsThatOfTheBuild(t *testing.T) {
	b := Builder{Root: t.TempDir()}
	write(t, filepath.Join(b.Root, "go.mod"), "module example\n\ngo 1.26\n")
	toolchain := func() string {
		t.Helper()
		toolchain, err := b.goToolchain(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return toolchain
	}
	t.Setenv("GOFIPS140", "off")
	before := toolchain()
	work := filepath.Join(t.TempDir(), "go.work")
	write(t, work, "not a work file\n")
	t.Setenv("GOWORK", work)
	if got := toolchain(); got != before {
		t.Errorf("with a go.work: expected %q, got %q", before, got)
	}
	t.Setenv("GOFIPS140", "latest")
	if toolchain() == before {
		t.Error("the toolchain does not change with GOFIPS140")
	}
}
