package artifact

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// liveProject returns a copy of the project with its own bridge, which prints says.
func liveProject(t *testing.T, says string) string {
	t.Helper()
	root := project(t)
	write(t, filepath.Join(root, "local", "live", "bridge", "main.go"), "package main\n\nimport \"api-auth-jwt-auth0/local/live/words\"\n\nfunc main() { println(words.All) }\n")
	write(t, filepath.Join(root, "local", "live", "words", "words.go"), "package words\n\nconst All = \""+says+"\"\n")
	return root
}

// entries returns the files of a zip by name.
func entries(t *testing.T, path string) map[string][]byte {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	found := map[string][]byte{}
	for _, file := range r.File {
		if file.Mode() != 0o755 || !file.Modified.Equal(zipTime) {
			t.Errorf("%s: expected 0755 and %v, got %v and %v", file.Name, zipTime, file.Mode(), file.Modified)
		}
		entry, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if found[file.Name], err = io.ReadAll(entry); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// TestLiveHandlersHaveTheBridge as bootstrap, and the same handler as Handlers builds, for
// Lambda and for this machine.
func TestLiveHandlersHaveTheBridge(t *testing.T) {
	t.Parallel()
	const says = "the words of this bridge"
	for name, b := range map[string]Builder{"Lambda": {Target: Lambda}, "this machine": {Target: Host(), Local: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.Root, b.CacheDir = liveProject(t, says), t.TempDir()
			plain, err := b.Handlers(t.Context(), []string{"private", "public"})
			if err != nil {
				t.Fatal(err)
			}
			var s steps
			b.Report = s.report
			live, err := b.LiveHandlers(t.Context(), []string{"private", "public"})
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(s.names)
			if want := []string{"bridge", "handler private", "handler public"}; !slices.Equal(s.names, want) {
				t.Errorf("expected the bridge to be built once, got %q", s.names)
			}
			for _, name := range []string{"private", "public"} {
				got, alone := entries(t, live[name]), entries(t, plain[name])
				if len(got) != 2 || len(alone) != 1 || !bytes.Equal(got["handler"], alone["bootstrap"]) || !bytes.Contains(got["bootstrap"], []byte(says)) {
					t.Errorf("%s: expected the bridge and the handler", name)
				}
			}
		})
	}
}

// TestLiveHandlersAreReproducible also checks that they depend on every source of both
// programs.
func TestLiveHandlersAreReproducible(t *testing.T) {
	t.Parallel()
	build := func(root, cache string) string {
		t.Helper()
		zips, err := Builder{Target: Lambda, Root: root, CacheDir: cache}.LiveHandlers(t.Context(), []string{"public"})
		if err != nil {
			t.Fatal(err)
		}
		return zips["public"]
	}
	root, cache := liveProject(t, "words"), t.TempDir()
	first := build(root, cache)
	if other := build(liveProject(t, "words"), t.TempDir()); !bytes.Equal(read(t, first), read(t, other)) {
		t.Error("the zip differs from folder to folder")
	}
	seen := []string{first}
	for _, change := range [][2]string{
		{"local/live/words/words.go", "package words\n\nconst All = \"others\"\n"},
		{"local/live/bridge/more.go", "package main\n"},
		{"lambdas/public/more.go", "package main\n"},
	} {
		write(t, filepath.Join(root, filepath.FromSlash(change[0])), change[1])
		zip := build(root, cache)
		if slices.Contains(seen, zip) {
			t.Errorf("a change of %s built nothing", change[0])
		}
		if zip != build(root, cache) {
			t.Errorf("after a change of %s, nothing changed and another zip was built", change[0])
		}
		seen = append(seen, zip)
	}
	if got := entries(t, seen[1]); !bytes.Contains(got["bootstrap"], []byte("others")) {
		t.Error("the zip has the bridge of before")
	}
}

// TestLiveHandlersWithoutABridge: the fix is reported once, not for each handler.
func TestLiveHandlersWithoutABridge(t *testing.T) {
	t.Parallel()
	root := liveProject(t, "words")
	b := Builder{Target: Host(), Root: root, CacheDir: t.TempDir()}
	write(t, filepath.Join(root, "local", "live", "words", "words.go"), "package words\n\nconst All = 1 +\n")
	_, err := b.LiveHandlers(t.Context(), []string{"private", "public"})
	if err == nil || strings.Count(err.Error(), "local/live/words/words.go:4") != 1 {
		t.Errorf("expected the compiler's words once, got %v", err)
	}
	if err := os.RemoveAll(filepath.Join(root, "local")); err != nil {
		t.Fatal(err)
	}
	_, err = b.LiveHandlers(t.Context(), []string{"private", "public"})
	if err == nil || !strings.Contains(err.Error(), "pulumi config set live false") || strings.Contains(err.Error(), "handler") {
		t.Errorf("expected an error that says how to fix it, got %v", err)
	}
	if _, err := b.Handlers(t.Context(), []string{"public"}); err != nil {
		t.Errorf("expected a stack that is not live to need no bridge, got %v", err)
	}
}
