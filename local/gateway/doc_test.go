package gateway

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var testName = regexp.MustCompile(`\bTest[A-Z]\w*`)

// TestDifferencesNameTests: every test that doc.go names exists, and every
// assumption that a test pins is in doc.go.
func TestDifferencesNameTests(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var tests []string
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(readFile(t, file.Name()), -1) {
			tests = append(tests, string(m[1]))
		}
	}
	named := testName.FindAllString(string(readFile(t, "doc.go")), -1)
	for _, name := range named {
		if !slices.Contains(tests, name) {
			t.Errorf("doc.go names %s, which does not exist", name)
		}
	}
	for _, name := range tests {
		if strings.HasPrefix(name, "TestAssumed") && !slices.Contains(named, name) {
			t.Errorf("doc.go does not name %s", name)
		}
	}
}
