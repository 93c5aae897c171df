package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	testDeclared = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	testNamed    = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
)

// TestDifferencesArePinned: the doc.go of each package that emulates something lists how
// it differs, and its assumptions. Every entry names an existing test of this or another
// package of the local cloud, and every test of an assumption is named.
func TestDifferencesArePinned(t *testing.T) {
	t.Parallel()
	for _, path := range docsWithDifferences(t) {
		t.Run(filepath.Dir(path), func(t *testing.T) {
			t.Parallel()
			_, differences, _ := strings.Cut(readText(t, path), "\n// # Differences\n")
			declared := append(declaredTests(t, filepath.Dir(path)), declaredTests(t, ".")...)
			for i, entry := range strings.Split(differences, "\n//   - ")[1:] {
				named := testNamed.FindAllString(entry, -1)
				if len(named) == 0 {
					t.Errorf("entry %d names no test: %s", i+1, strings.Join(strings.Fields(entry), " "))
				}
				for _, name := range named {
					if !slices.Contains(declared, name) {
						t.Errorf("entry %d names %s, which does not exist", i+1, name)
					}
				}
			}
			for _, name := range assumedTests(t, filepath.Dir(path)) {
				if !strings.Contains(differences, name) {
					t.Errorf("%s is not named in %s", name, path)
				}
			}
		})
	}
}

func TestReadmeLinksTheDifferences(t *testing.T) {
	t.Parallel()
	readme := readText(t, "README.md")
	for _, path := range docsWithDifferences(t) {
		if link := "(" + filepath.ToSlash(path) + ")"; !strings.Contains(readme, link) {
			t.Errorf("the README does not link %s", link)
		}
	}
}

// docsWithDifferences returns the paths of the doc.go files with differences.
func docsWithDifferences(t *testing.T) []string {
	t.Helper()
	var docs []string
	for _, pattern := range []string{"*/doc.go", "*/*/doc.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, found...)
	}
	docs = slices.DeleteFunc(docs, func(path string) bool { return !strings.Contains(readText(t, path), "\n// # Differences\n") })
	if len(docs) < 8 {
		t.Fatalf("expected the emulators to list their differences, got %q", docs)
	}
	return docs
}

// assumedTests returns the tests of assumptions of a package, and of the packages below
// it that list no differences.
func assumedTests(t *testing.T, dir string) []string {
	t.Helper()
	names := declaredTests(t, dir)
	for _, path := range docsWithDifferences(t) {
		if below := filepath.Dir(path); filepath.Dir(below) == dir {
			others := declaredTests(t, below)
			names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(others, name) })
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, "TestAssumed") })
}

func declaredTests(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*_test.go", "*/*_test.go", "*/*/*_test.go"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	var names []string
	for _, file := range files {
		for _, m := range testDeclared.FindAllStringSubmatch(readText(t, file), -1) {
			names = append(names, m[1])
		}
	}
	return names
}

func readText(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
