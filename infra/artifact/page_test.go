package artifact

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func keyOf(t *testing.T, p page, web string) string {
	t.Helper()
	key, err := Builder{}.pageKey(p, web)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestEveryInputChangesTheKeyOfTheSite changes each file that a build can see, in
// turn, and each variable.
func TestEveryInputChangesTheKeyOfTheSite(t *testing.T) {
	web := filepath.Join(project(t), "web")
	outside := filepath.Join(t.TempDir(), "linked")
	write(t, filepath.Join(outside, "shared.ts"), "export {};\n")
	for _, file := range []string{
		".env.production", ".env", ".npmrc", "site/src/test/a.ts", "site/src/console/a.ts", "site/src/dist/a.ts", "site/src/testdata/a.json",
		"site/public/.well-known/security.txt", "site/src/a.test.ts", "site/src/a_test.go", "site/src/node_modules/a.js", "postcss.config.js",
	} {
		write(t, filepath.Join(web, file), "1")
	}
	link(t, outside, filepath.Join(web, "site", "src", "shared"))
	files, err := sitePage.files(web)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{keyOf(t, sitePage, web): "nothing"}
	changed := func(what string) {
		key := keyOf(t, sitePage, web)
		if other, found := seen[key]; found {
			t.Errorf("a change of %s gives the key of %s", what, other)
		}
		seen[key] = what
	}
	for _, file := range files {
		path := filepath.Join(web, filepath.FromSlash(file))
		write(t, path, string(read(t, path))+" ")
		changed(file)
	}
	write(t, filepath.Join(outside, "shared.ts"), "export const x = 1;\n")
	changed("what is behind a link")
	if err := os.Rename(filepath.Join(web, "site", "src", "a.test.ts"), filepath.Join(web, "site", "src", "b.test.ts")); err != nil {
		t.Fatal(err)
	}
	changed("a name")
	t.Setenv("VITE_TITLE", "a")
	changed("a variable that Vite reads")
	t.Setenv("VITE_TITLE", "b")
	changed("its value")
	node := filepath.Join(t.TempDir(), "node")
	write(t, node, "#!/bin/sh\n")
	if err := os.Chmod(node, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(node))
	changed("Node.js")
	for _, want := range []string{"site/src/test/a.ts", "site/public/.well-known/security.txt", ".env.production", "site/src/shared/shared.ts", "vite.config.ts"} {
		if !strings.Contains(strings.Join(files, " "), want) {
			t.Errorf("%s is not among the sources", want)
		}
	}
}

// TestNothingElseChangesTheKeyOfTheSite: files and variables that a build cannot see
// neither change its key nor make it fail.
func TestNothingElseChangesTheKeyOfTheSite(t *testing.T) {
	root := project(t)
	web := filepath.Join(root, "web")
	before := keyOf(t, sitePage, web)
	for _, file := range []string{
		"site/public/.DS_Store", "site/src/.#main.tsx", "site/src/#main.tsx#", "site/src/main.tsx~", "site/src/.main.tsx.swp", "4913", ".git/HEAD", ".idea/web.iml",
		"node_modules/x/index.js", "dist/index.html", "site/test/app.test.tsx", "shared/test/time.test.tsx", "console/src/app.tsx", "../lambdas/public/handler.go", "../README.md",
	} {
		write(t, filepath.Join(web, file), "changed")
	}
	link(t, filepath.Join(root, "nowhere"), filepath.Join(web, "site", "src", ".#config.ts")) // Emacs's lock
	t.Setenv("NODE_ENV", "development")
	t.Setenv("NODE_OPTIONS", "--conditions=development")
	t.Setenv("TITLE", "changed")
	if got := keyOf(t, sitePage, web); got != before {
		t.Error("the key changed")
	}
	now := filepath.Join(web, "site", "src", "main.tsx")
	if err := os.Chtimes(now, zipTime, zipTime); err != nil {
		t.Fatal(err)
	}
	if got := keyOf(t, sitePage, web); got != before {
		t.Error("the key depends on the time of a file")
	}
}

func link(t *testing.T, to, from string) {
	t.Helper()
	if err := os.Symlink(to, from); err != nil {
		t.Fatal(err)
	}
}

func TestBrokenLinksAreNamed(t *testing.T) {
	t.Parallel()
	for name, target := range map[string]string{"gone": "absent", "circle": "."} {
		web := t.TempDir()
		write(t, filepath.Join(web, "site", "src", "main.ts"), "")
		link(t, target, filepath.Join(web, "site", "src", name))
		if _, err := sitePage.files(web); err == nil || !strings.Contains(err.Error(), "site/src/"+name) {
			t.Errorf("expected the link %s to be named, got %v", name, err)
		}
	}
}

// TestBuildSeesOnlyItsSources builds the web app with files that must be in the page, and
// files that must not.
func TestBuildSeesOnlyItsSources(t *testing.T) {
	root := project(t)
	web := filepath.Join(root, "web")
	write(t, filepath.Join(web, ".env.production"), "VITE_FROM_FILE=from-the-file\n")
	t.Setenv("VITE_FROM_ENVIRONMENT", "from-the-environment")
	write(t, filepath.Join(web, "site", "src", "test", "nested.ts"), "export const nested = \"from-a-folder-named-test\";\n")
	write(t, filepath.Join(web, "site", "public", ".DS_Store"), "junk")
	write(t, filepath.Join(web, "site", "public", ".well-known", "assetlinks.json"), "[]")
	outside := filepath.Join(t.TempDir(), "words")
	write(t, filepath.Join(outside, "words.ts"), "export const words = \"from-behind-a-link\";\n")
	link(t, outside, filepath.Join(web, "site", "src", "words"))
	main := filepath.Join(web, "site", "src", "main.tsx")
	write(t, main, string(read(t, main))+`
import { nested } from "./test/nested";
import { words } from "./words/words";
document.title = [import.meta.env.VITE_FROM_FILE, import.meta.env.VITE_FROM_ENVIRONMENT, nested, words].join();
`)
	b := Builder{Root: root, CacheDir: t.TempDir()}
	dir, err := b.Site(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	built := ""
	for name, text := range contents(t, dir) {
		built += name + " " + text
	}
	for _, want := range []string{"from-the-file", "from-the-environment", "from-a-folder-named-test", "from-behind-a-link", ".well-known/assetlinks.json"} {
		if !strings.Contains(built, want) {
			t.Errorf("expected the build to have %q", want)
		}
	}
	if strings.Contains(built, ".DS_Store") || strings.Contains(built, root) {
		t.Error("the build contains a file manager's file or the path of the folder")
	}

	write(t, main, string(read(t, main))+"import \"../../../lambdas/public/outside\";\n")
	write(t, filepath.Join(root, "lambdas", "public", "outside.ts"), "export {};\n")
	_, err = b.Site(t.Context())
	if err == nil || !strings.Contains(err.Error(), "ln -s") || !strings.Contains(err.Error(), "outside") {
		t.Errorf("expected an import from outside to be refused with what to do, got %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "building-") && !strings.Contains(err.Error(), "node_modules") {
		t.Errorf("the error names a copy of the sources: %v", err)
	}
}
