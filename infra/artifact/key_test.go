package artifact

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestHandlerKeyFollowsLocalImports(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module example\n")
	write(t, filepath.Join(root, "go.sum"), "")
	write(t, filepath.Join(root, "lambdas/a/main.go"), "package main\nimport _ \"example/shared\"\n")
	const embeds = "package shared\nimport \"embed\"\n//go:embed all:data\n//go:embed x.txt *_test.go\nvar f embed.FS\n"
	write(t, filepath.Join(root, "shared/shared.go"), embeds)
	key := func() string {
		t.Helper()
		k, err := Builder{Root: root, Target: Lambda}.handlerKey("lambdas/a", "go1.26")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	seen := []string{key()}
	for _, change := range [][2]string{
		{"shared/data/embedded.txt", "text"},
		{"shared/data/lambdas/a/handler_test.go", "package main\n"},
		{"shared/shared_test.go", "package shared\n"},
		{"shared/shared.go", strings.Replace(embeds, "*_test.go", "`x y.txt`", 1)},
		{"shared/other_test.go", "package shared\n"},
		{"shared/shared.go", "package shared\n"},
		{"go.sum", "example.com/x v1.0.0 h1:x\n"},
		{"lambdas/a/other.go", "package main\n"},
	} {
		write(t, filepath.Join(root, change[0]), change[1])
		if k := key(); slices.Contains(seen, k) {
			t.Errorf("the key did not change with %s", change[0])
		} else {
			seen = append(seen, k)
		}
	}
	write(t, filepath.Join(root, "unrelated/x.go"), "package unrelated\n")
	write(t, filepath.Join(root, "shared/shared_test.go"), "package shared // changed\n")
	if k := key(); k != seen[len(seen)-1] {
		t.Error("the key changed with a package that the handler does not import, or with a test")
	}
}

// TestHandlerKeyFollowsReplacedModules: go.sum does not cover modules that go.mod
// replaces by folders.
func TestHandlerKeyFollowsReplacedModules(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	root, elsewhere := filepath.Join(base, "project"), filepath.Join(base, "elsewhere")
	write(t, filepath.Join(root, "go.mod"), "module example\nreplace (\n\texample.com/near => ./near\n\texample.com/far v1.0.0 => ../far\n\texample.com/abs => "+elsewhere+"\n\texample.com/other => example.com/fork v1.0.0\n)\n")
	write(t, filepath.Join(root, "go.sum"), "")
	write(t, filepath.Join(root, "lambdas/a/main.go"), "package main\nimport (\n_ \"example.com/near\"\n_ \"example.com/far/deep/er\"\n_ \"example.com/other/x\"\n)\n")
	write(t, filepath.Join(root, "near/near.go"), "package near\nimport _ \"example.com/abs/a\"\n")
	write(t, filepath.Join(base, "far/deep/er/er.go"), "package er\n")
	write(t, filepath.Join(elsewhere, "a/a.go"), "package a\n")
	packages, err := Packages(root, filepath.FromSlash("lambdas/a"))
	if want := []string{"../elsewhere/a", "../far/deep/er", "lambdas/a", "near"}; err != nil || !slices.Equal(packages, want) {
		t.Errorf("expected %q, got %q, %v", want, packages, err)
	}
	key := func() string {
		t.Helper()
		k, err := Builder{Root: root, Target: Lambda}.handlerKey("lambdas/a", "go1.26")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	before := key()
	write(t, filepath.Join(root, "near/.git/HEAD"), "ref")
	if key() != before {
		t.Error("the key changed with a file that is not built")
	}
	write(t, filepath.Join(base, "far/deep/er/er.go"), "package er\n\nvar changed bool\n")
	if key() == before {
		t.Error("the key did not change with a replaced module")
	}
}

// TestDebugBuildDependsOnItsFolder: the key of a debug build has the folder of its
// sources. The keys of other handlers do not change.
func TestDebugBuildDependsOnItsFolder(t *testing.T) {
	t.Parallel()
	here, there := project(t), project(t)
	key := func(root, debug, handler string) string {
		t.Helper()
		k, err := Builder{Target: Host(), Root: root, Debug: debug}.handlerKey(filepath.Join("lambdas", handler), "go1.26")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	if key(here, "", "public") != key(there, "", "public") || key(here, "public", "private") != key(there, "", "private") {
		t.Error("expected the builds that are not debugged to be the same everywhere")
	}
	if debugged := key(here, "public", "public"); debugged == key(here, "", "public") || debugged == key(there, "public", "public") {
		t.Error("expected a different key of the debug build")
	}
}

// TestHandlerKeyFollowsLinkedFolders: the go command follows a package's folder that is
// a link.
func TestHandlerKeyFollowsLinkedFolders(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	root := filepath.Join(base, "project")
	write(t, filepath.Join(root, "go.mod"), "module example\n")
	write(t, filepath.Join(root, "go.sum"), "")
	write(t, filepath.Join(root, "lambdas/b/main.go"), "package main\n")
	write(t, filepath.Join(base, "elsewhere/main.go"), "package main\n")
	if err := os.Symlink(filepath.Join(base, "elsewhere"), filepath.Join(root, "lambdas", "a")); err != nil {
		t.Fatal(err)
	}
	key := func() string {
		t.Helper()
		k, err := Builder{Root: root, Target: Lambda}.handlerKey("lambdas/a", "go1.26")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	before := key()
	write(t, filepath.Join(base, "elsewhere/main.go"), "package main\n\nvar changed bool\n")
	if key() == before {
		t.Error("the key did not change with a file in the linked folder")
	}
}
