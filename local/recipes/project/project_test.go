// Package project tests the recipes that rename the project and remove its local cloud.
package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/recipes"
)

// TestWithoutTheLocalCloud removes it as infra/README.md says: the rest compiles, and
// its tests pass.
func TestWithoutTheLocalCloud(t *testing.T) {
	t.Parallel()
	dir := recipes.Copy(t)
	for _, commands := range recipes.Blocks(t, "infra/README.md", "## Without the local cloud", "sh") {
		recipes.Run(t, dir, commands)
	}
	recipes.Run(t, dir, "go vet ./... && go test . ./infra ./infra/permissions ./lambdas/...")
}

// TestRenamedProject renames a copy as the README says, in both of its steps, and runs
// the program's tests, with its golden files, and the local cloud of prod.
func TestRenamedProject(t *testing.T) {
	t.Parallel()
	dir := recipes.Copy(t)
	for _, commands := range recipes.Blocks(t, "README.md", "### Rename the project", "sh") {
		recipes.Run(t, dir, commands)
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
	recipes.Run(t, dir, "go test ./infra && go test ./local ./local/cloud -run '^(TestImportRules|TestProdRunsLocallyToo)$'")
	if out := recipes.Run(t, dir, "go list ./..."); !strings.Contains(out, "team-api/infra") || strings.Contains(out, "api-auth-jwt-auth0") {
		t.Errorf("expected the packages below team-api, got:\n%s", out)
	}
}
