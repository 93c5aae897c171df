// Package change tests the recipes that add a route and a role.
package change

import (
	"path/filepath"
	"testing"

	"api-auth-jwt-auth0/local/recipes"
)

// TestAddARoute adds the README's route, the variable of infra/README.md, and the
// call of web/README.md. Then the tests pass that the README names, and the others that
// depend on the project's routes, handlers and calls.
func TestAddARoute(t *testing.T) {
	t.Parallel()
	dir := recipes.CopyStarter(t)
	commands, code := recipes.Blocks(t, "README.md", "### Add a route", "sh"), recipes.Blocks(t, "README.md", "### Add a route", "go")
	if len(commands) != 2 || len(code) != 2 {
		t.Fatalf("expected two blocks of commands and two of code, got %q and %q", commands, code)
	}
	recipes.Run(t, dir, commands[0])
	routes := filepath.Join(dir, "infra", "routes.go")
	recipes.Insert(t, routes, "var Routes = []Route{", code[0])
	recipes.Insert(t, routes, "var Scopes = []Scope{", code[1])

	variables := recipes.Blocks(t, "infra/README.md", "## Resources", "go")
	if len(variables) != 1 {
		t.Fatalf("expected one block of code, got %q", variables)
	}
	recipes.Replace(t, filepath.Join(dir, "infra", "resources.go"), "var Handlers = map[string]Handler{}", variables[0])
	calls := recipes.Blocks(t, "web/README.md", "## Call a route", "ts")
	if len(calls) != 2 {
		t.Fatalf("expected two blocks of code, got %q", calls)
	}
	recipes.Insert(t, filepath.Join(dir, "web", "site", "src", "endpoints.ts"), "export const endpoints: Endpoint[] = [", calls[0])
	recipes.Run(t, dir, "gofmt -w infra")
	recipes.Run(t, dir, commands[1])
	recipes.Run(t, dir, "go test ./local ./local/wiring ./local/stack/program ./web")
	recipes.Run(t, dir, "go test ./local/command -run TestCommand/serve")
}

// TestAddARole adds the README's scope, role and Action. Then the program's tests pass,
// and the local cloud serves what it deploys.
func TestAddARole(t *testing.T) {
	t.Parallel()
	dir := recipes.CopyStarter(t)
	code := recipes.Blocks(t, "README.md", "### Rights of people", "go")
	if len(code) != 3 {
		t.Fatalf("expected three blocks of code, got %q", code)
	}
	recipes.Insert(t, filepath.Join(dir, "infra", "routes.go"), "var Scopes = []Scope{", code[0])
	recipes.Insert(t, filepath.Join(dir, "infra", "routes.go"), "var Roles = []Role{", code[1])
	recipes.Insert(t, filepath.Join(dir, "infra", "actions.go"), "var Actions = []Action{", code[2])
	recipes.Run(t, dir, "gofmt -w infra && go test ./infra -update && go test ./local/wiring ./local/stack/program")
	recipes.Run(t, dir, "go test ./local/command -run TestCommand/serve")
}
