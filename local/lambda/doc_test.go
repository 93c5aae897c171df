package lambda

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDifferencesNameTests: each entry of doc.go's lists names the tests that
// pin it, and every test that doc.go names exists, whatever system it is for.
func TestDifferencesNameTests(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var doc string
	tests := map[string]bool{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if name == "doc.go" {
			doc = file.Doc.Text()
		}
		for _, declaration := range file.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok {
				tests[f.Name.Name] = true
			}
		}
	}
	test := regexp.MustCompile(`\bTest[A-Z]\w*`)
	for _, name := range test.FindAllString(doc, -1) {
		if !tests[name] {
			t.Errorf("doc.go names %s, which does not exist", name)
		}
	}
	entries := strings.Split(doc, "\n  - ")
	if len(entries) < 10 {
		t.Fatalf("%d entries in doc.go", len(entries)-1)
	}
	for _, entry := range entries[1:] {
		if !test.MatchString(entry) {
			t.Errorf("no test pins %q", entry)
		}
	}
}
