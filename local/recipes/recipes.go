// Package recipes reads the recipes in the project's README files, and runs their
// commands and inserts their code in copies of the project, exactly as they are
// written. The tests of the recipes are in the packages below, each with its own time
// limit: every copy compiles all packages of the project again. They know the project
// by its files only, and import nothing else of it but the browser of package sitetest.
package recipes

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the project's folder, from that of a package of tests.
const root = "../../.."

// Copy copies the project, without installed packages and builds.
func Copy(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		below, _ := filepath.Rel(root, path) // path lies below root
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules" || entry.Name() == "dist"):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(dir, below), 0o755)
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, below), text, info.Mode())
	})
	if err != nil {
		t.Fatal(err)
	}
	Run(t, dir, "git init --quiet && git add --all && git -c user.name=test -c user.email=test@example.com commit --quiet --message start")
	return dir
}

// CopyStarter is Copy for a recipe that adds to the starter. It skips the test if the
// project has added the same already, because its owner has followed the recipe.
func CopyStarter(t *testing.T) string {
	t.Helper()
	for _, mark := range []struct{ file, text string }{
		{"infra/resources.go", "\nvar Handlers = map[string]Handler{\n"}, // with entries
		{"infra/routes.go", `Name: "write:orders"`},
		{"infra/routes.go", `"/orders"`},
	} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(mark.file)))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), mark.text) {
			t.Skipf("the project has changed %s as this recipe would: it has no starter to follow it on", mark.file)
		}
	}
	return Copy(t)
}

// Run runs commands and returns their output.
func Run(t *testing.T, dir, commands string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-e", "-c", commands)
	cmd.Dir = dir
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("$ %s\n%s\n%v", commands, output, err)
	}
	return string(output)
}

// Blocks returns the code blocks of a language in a section of a page, without the
// indentation of lists.
func Blocks(t *testing.T, page, heading, language string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n"+heading+"\n")
	if !found {
		t.Fatalf("%s has no section %q", page, heading)
	}
	section = regexp.MustCompile(`\n##+ `).Split(section, 2)[0]
	var all []string
	for _, m := range regexp.MustCompile("(?s)\n( *)```"+language+"\n(.*?)\n *```").FindAllStringSubmatch(section, -1) {
		all = append(all, regexp.MustCompile("(?m)^"+m[1]).ReplaceAllString(m[2], ""))
	}
	return all
}

// Insert inserts lines after the first line of a file that contains a string.
func Insert(t *testing.T, path, after, lines string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), after)
	if !found {
		t.Fatalf("%s has no %q", path, after)
	}
	end := strings.Index(rest, "\n") + 1
	if err := os.WriteFile(path, []byte(before+after+rest[:end]+lines+"\n"+rest[end:]), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Replace replaces a string that is once in a file.
func Replace(t *testing.T, path, old, by string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("expected %q once in %s", old, path)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, by, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Write writes a file, and a line end after its text.
func Write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
