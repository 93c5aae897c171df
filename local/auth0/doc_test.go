package auth0

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDifferencesNameTests: each difference that doc.go lists is pinned by a
// test that exists.
func TestDifferencesNameTests(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(content)
	}
	named := regexp.MustCompile(`\b(?:Test|Fuzz)\w+`).FindAllString(string(doc), -1)
	if len(named) < 20 {
		t.Errorf("expected the list of differences, found %d tests named", len(named))
	}
	for _, name := range named {
		if !strings.Contains(tests.String(), "func "+name+"(") {
			t.Errorf("doc.go names %s, which does not exist", name)
		}
	}
}
