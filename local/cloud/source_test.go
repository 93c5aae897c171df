package cloud

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestImportersOfAPackage: a file that is in no build has no importers.
func TestImportersOfAPackage(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                 "module example.com/project\n",
		"infra/program.go":       "package infra\n\nimport _ \"example.com/project/names\"\n",
		"lambdas/one/main.go":    "package main\n\nimport _ \"example.com/project/words/plural\"\n",
		"lambdas/two/main.go":    "package main\n\nimport _ \"example.com/project/names\"\n",
		"names/names.go":         "package names\n\nimport _ \"example.com/project/deep\"\n",
		"words/words.go":         "package words\n",
		"words/plural/plural.go": "package plural\n",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cloud := &Cloud{cfg: Config{Root: root}}
	for file, want := range map[string]string{
		"names/names.go":           "[two] true",
		"deep/missing/list.txt":    "[two] true",
		"words/plural/irregular.s": "[one] false",
		"words/words.go":           "[] false",
		"docs/guide.md":            "[] false",
	} {
		handlers, program := cloud.importers(file)
		if got := fmt.Sprint(handlers, program); got != want {
			t.Errorf("%s: expected %s, got %s", file, want, got)
		}
	}
}

func TestSourceOf(t *testing.T) {
	t.Parallel()
	tests := map[string]source{
		"lambdas/private/handler.go":      {handlerSource, "private"},
		"lambdas/private/data/words.txt":  {handlerSource, "private"},
		"lambdas/private/handler_test.go": {},
		"lambdas/shared.go":               {kind: handlerSource},
		"go.mod":                          {kind: handlerSource},
		"infra/routes.go":                 {kind: programSource},
		"infra/deep-link.js":              {kind: programSource},
		"infra/config_test.go":            {},
		"Pulumi.yaml":                     {kind: settingsSource},
		"Pulumi.dev.yaml":                 {kind: settingsSource},
		"Pulumi.prod.yaml":                {},
		"Pulumi.dev.yml":                  {},
		"web/site/src/main.tsx":           {kind: siteSource},
		"web/shared/router.tsx":           {kind: siteSource},
		"web/console/src/main.tsx":        {},
		"web/site/test/app.test.tsx":      {},
		"README.md":                       {},
		"greeting/greeting.go":            {kind: sharedSource},
		"greeting/greeting_test.go":       {},
		"main.go":                         {},
	}
	cloud := &Cloud{cfg: Config{Stack: "dev"}}
	for file, want := range tests {
		if got := cloud.sourceOf(file); got != want {
			t.Errorf("%s: expected %+v, got %+v", file, want, got)
		}
	}
}
