package framing

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// TestDifferencesNameTests: every test that the package comment names exists, in
// the package that puts a Listener to use.
func TestDifferencesNameTests(t *testing.T) {
	t.Parallel()
	comment, err := os.ReadFile("listener.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests []string
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(source, -1) {
			tests = append(tests, string(m[1]))
		}
	}
	named := regexp.MustCompile(`\(Test\w+\)`).FindAllString(string(comment), -1)
	if len(named) < 7 {
		t.Errorf("expected the differences to name tests, got %q", named)
	}
	for _, name := range named {
		if !slices.Contains(tests, name[1:len(name)-1]) {
			t.Errorf("the package comment names %s, which does not exist", name)
		}
	}
}
