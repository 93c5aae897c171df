package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRenamedProject renames a copy of the project as the README says, with both
// of its steps, and runs tests of the copy: those of the program, with its golden
// files, and a local cloud of prod.
func TestRenamedProject(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{".", ".github", ".ci", "infra", "lambdas", "local", "web"} {
		copyFolder(t, name, root, name != ".")
	}
	for _, commands := range readmeCommands(t, "Rename the project") {
		mustRunIn(t, root, "sh", "-e", "-c", commands)
	}
	for name, old := range map[string]string{"Pulumi.yaml": "api-auth-jwt-auth0", "go.mod": "api-auth-jwt-auth0", "main.go": `"api-auth-jwt-auth0/`} {
		if strings.Contains(readText(t, filepath.Join(root, name)), old) {
			t.Errorf("%s still holds %s", name, old)
		}
	}
	mustRunIn(t, root, "go", "test", "./infra")
	mustRunIn(t, root, "go", "test", "./local", "-run", "^(TestImportRules|TestProdRunsLocallyToo)$")
	if out := mustRunIn(t, root, "go", "list", "./..."); !strings.Contains(out, "team-api/infra") || strings.Contains(out, "api-auth-jwt-auth0") {
		t.Errorf("expected the packages below team-api, got:\n%s", out)
	}
}

// readmeCommands are the blocks of commands in a chapter of the README.
func readmeCommands(t *testing.T, title string) []string {
	t.Helper()
	_, rest, found := strings.Cut(readText(t, "../README.md"), "\n## "+title+"\n")
	rest, _, _ = strings.Cut(rest, "\n## ")
	var blocks []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(rest, -1) {
		blocks = append(blocks, block[1])
	}
	if !found || len(blocks) == 0 {
		t.Fatalf("the README has no chapter %q with commands", title)
	}
	return blocks
}

// copyFolder copies a folder of the project, what was installed or built excepted.
func copyFolder(t *testing.T, name, to string, deep bool) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(to, name), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		path := filepath.Join(name, entry.Name())
		switch {
		case entry.IsDir() && deep && entry.Name() != "node_modules" && entry.Name() != "dist":
			copyFolder(t, path, to, true)
		case entry.Type().IsRegular():
			if err := os.WriteFile(filepath.Join(to, path), []byte(readText(t, filepath.Join("..", path))), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func mustRunIn(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}
