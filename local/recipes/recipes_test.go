// Package recipes tests the recipes in the project's README files: it runs their
// commands and inserts their code in copies of the project, exactly as they are
// written. It is a package of its own for a time limit of its own, since each copy
// compiles all packages of the project again. It knows the project by its files only
// and imports nothing of it.
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

// root is the project's folder.
const root = "../.."

// freshCopy copies the project, without installed packages and builds.
func freshCopy(t *testing.T) string {
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
	run(t, dir, "git init --quiet && git add --all && git -c user.name=test -c user.email=test@example.com commit --quiet --message start")
	return dir
}

// run runs commands and returns their output.
func run(t *testing.T, dir, commands string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-e", "-c", commands)
	cmd.Dir = dir
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("$ %s\n%s\n%v", commands, output, err)
	}
	return string(output)
}

// blocks returns the code blocks of a language in a section of a page, without the
// indentation of lists.
func blocks(t *testing.T, page, heading, language string) []string {
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

// insert inserts lines after the first line of a file that contains a string.
func insert(t *testing.T, path, after, lines string) {
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

// replace replaces a string that is once in a file.
func replace(t *testing.T, path, old, by string) {
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

// TestAddARoute adds the README's route, the variable of infra/README.md, and the
// call of web/README.md. Then the tests pass that the README names, and the others that
// depend on the project's routes, handlers and calls.
func TestAddARoute(t *testing.T) {
	t.Parallel()
	dir := freshCopy(t)
	commands, code := blocks(t, "README.md", "### Add a route", "sh"), blocks(t, "README.md", "### Add a route", "go")
	if len(commands) != 2 || len(code) != 2 {
		t.Fatalf("expected two blocks of commands and two of code, got %q and %q", commands, code)
	}
	run(t, dir, commands[0])
	routes := filepath.Join(dir, "infra", "routes.go")
	insert(t, routes, "var Routes = []Route{", code[0])
	insert(t, routes, "var Scopes = []Scope{", code[1])

	variables := blocks(t, "infra/README.md", "## Resources", "go")
	if len(variables) != 1 {
		t.Fatalf("expected one block of code, got %q", variables)
	}
	replace(t, filepath.Join(dir, "infra", "resources.go"), "var Handlers = map[string]Handler{}", variables[0])
	calls := blocks(t, "web/README.md", "## Call a route", "ts")
	if len(calls) != 2 {
		t.Fatalf("expected two blocks of code, got %q", calls)
	}
	insert(t, filepath.Join(dir, "web", "site", "src", "endpoints.ts"), "export const endpoints: Endpoint[] = [", calls[0])
	run(t, dir, "gofmt -w infra")
	run(t, dir, commands[1])
	run(t, dir, "go test ./local ./local/wiring ./local/stack/program ./web")
	run(t, dir, "go test ./local/command -run TestCommand/serve")
}

// TestAddARole adds the README's scope, role and Action. Then the program's tests pass,
// and the local cloud reads what it deploys.
func TestAddARole(t *testing.T) {
	t.Parallel()
	dir := freshCopy(t)
	code := blocks(t, "README.md", "### Rights of people", "go")
	if len(code) != 3 {
		t.Fatalf("expected three blocks of code, got %q", code)
	}
	insert(t, filepath.Join(dir, "infra", "routes.go"), "var Scopes = []Scope{", code[0])
	insert(t, filepath.Join(dir, "infra", "routes.go"), "var Roles = []Role{", code[1])
	insert(t, filepath.Join(dir, "infra", "actions.go"), "var Actions = []Action{", code[2])
	run(t, dir, "gofmt -w infra && go test ./infra -update && go test ./local/wiring ./local/stack/program")
}

// TestWithoutTheLocalCloud removes it as infra/README.md says: the rest compiles, and
// its tests pass.
func TestWithoutTheLocalCloud(t *testing.T) {
	t.Parallel()
	dir := freshCopy(t)
	for _, commands := range blocks(t, "infra/README.md", "## Without the local cloud", "sh") {
		run(t, dir, commands)
	}
	run(t, dir, "go vet ./... && go test . ./infra ./infra/permissions ./lambdas/...")
}

// TestRenamedProject renames a copy as the README says, in both of its steps, and runs
// the program's tests, with its golden files, and the local cloud of prod.
func TestRenamedProject(t *testing.T) {
	t.Parallel()
	dir := freshCopy(t)
	for _, commands := range blocks(t, "README.md", "### Rename the project", "sh") {
		run(t, dir, commands)
	}
	for name, old := range map[string]string{"Pulumi.yaml": "api-auth-jwt-auth0", "go.mod": "api-auth-jwt-auth0", "main.go": `"api-auth-jwt-auth0/`} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), old) {
			t.Errorf("%s still contains %s", name, old)
		}
	}
	run(t, dir, "go test ./infra && go test ./local ./local/cloud -run '^(TestImportRules|TestProdRunsLocallyToo)$'")
	if out := run(t, dir, "go list ./..."); !strings.Contains(out, "team-api/infra") || strings.Contains(out, "api-auth-jwt-auth0") {
		t.Errorf("expected the packages below team-api, got:\n%s", out)
	}
}
