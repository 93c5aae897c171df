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

// TestDifferencesArePinned: each package that stands in for something lists in
// its doc.go what it does otherwise, and what had to be assumed. Every entry
// names a test that exists, of that package or of the whole, and every test of
// an assumption is named.
func TestDifferencesArePinned(t *testing.T) {
	t.Parallel()
	docs, err := filepath.Glob("*/doc.go")
	if err != nil || len(docs) < 8 {
		t.Fatalf("expected the packages of the local cloud to have a doc.go each, got %q and %v", docs, err)
	}
	for _, path := range docs {
		t.Run(filepath.Dir(path), func(t *testing.T) {
			t.Parallel()
			_, differences, found := strings.Cut(readText(t, path), "\n// # Differences\n")
			if !found {
				t.Fatalf("%s has no section \"Differences\"", path)
			}
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
			for _, name := range declaredTests(t, filepath.Dir(path)) {
				if strings.HasPrefix(name, "TestAssumed") && !strings.Contains(differences, name) {
					t.Errorf("%s is not named in %s", name, path)
				}
			}
		})
	}
}

func TestReadmeLinksTheDifferences(t *testing.T) {
	t.Parallel()
	readme := readText(t, "README.md")
	docs, err := filepath.Glob("*/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range docs {
		if link := "(" + filepath.ToSlash(path) + ")"; !strings.Contains(readme, link) {
			t.Errorf("the README does not link %s", link)
		}
	}
}

func declaredTests(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*_test.go", "*/*_test.go"} {
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
