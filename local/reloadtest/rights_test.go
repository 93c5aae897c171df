package reloadtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"
)

// withRole adds to a project a role, a route that needs it with its card on the site, and
// an Action, as the README says.
func withRole(t *testing.T, root string) {
	t.Helper()
	after := func(name, line, more string) {
		t.Helper()
		path := filepath.Join(root, filepath.FromSlash(name))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(text), line) != 1 {
			t.Fatalf("expected one %q in %s", line, name)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), line, line+"\n"+more, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	after("infra/routes.go", "var Routes = []Route{", `{Method: "POST", Path: "/orders", Handler: "public", Authorization: JWT, Scopes: []string{"write:orders"}},`)
	after("infra/routes.go", "var Scopes = []Scope{", `{Name: "write:orders", Description: "Place orders"},`)
	after("infra/routes.go", "var Roles = []Role{", `{Name: "order-manager", Description: "Manages orders", Scopes: []string{"write:orders"}},`)
	after("infra/actions.go", "var Actions = []Action{", "{Name: \"email-claim\", Code: `exports.onExecutePostLogin = async (event, api) => {\n"+
		"  if (event.client.client_id !== stack.clientId) return;\n"+
		"  api.accessToken.setCustomClaim(stack.audience + \"/email\", event.user.email);\n};`},")
	after("web/site/src/endpoints.ts", "export const endpoints: Endpoint[] = [", `{ method: "POST", path: "/orders", about: "Places an order.", token: true, body: { item: "tea" } },`)
}

// TestPersonIsGivenARole: a person without a role is refused, and told what is missing and
// which role gives it. The console gives it, and the next token has it.
func TestPersonIsGivenARole(t *testing.T) {
	t.Parallel()
	root := cloudtest.Project(t)
	withRole(t, root)
	cloud := cloudtest.Start(t, local.Config{Root: root, Stack: "dev"})
	if ready := cloud.Ready(); ready.SecondEmail != local.SecondUser.Email || ready.SecondPassword != local.SecondUser.Password {
		t.Errorf("expected the terminal to show the second user, got %+v", ready)
	}
	b := newBrowser(t)
	b.Allow("status of 403")
	b.Open(cloud.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.See(sitetest.TestID("second-user"))
	b.Accessible("login, two ready users")
	b.Click(sitetest.TestID("second-user"))
	if got := b.Text(sitetest.TestID("user-email")); got != local.SecondUser.Email {
		t.Errorf("expected %s to be signed in, got %q", local.SecondUser.Email, got)
	}
	b.Call("call-private", "200") // everyone's
	b.Call("call-post-orders", "403")
	const lacks, role = "You lack write:orders. The role ", "api-auth-jwt-auth0--dev--order-manager"
	if reason := b.Text(sitetest.TestID("result-reason")); !strings.Contains(reason, lacks+role+" gives it") {
		t.Errorf("expected the missing right and its role, got %q", reason)
	}
	b.Open(cloud.SiteURL() + "/profile")
	if text := b.Text(sitetest.TestID("missing-rights")); !strings.Contains(text, lacks+role) {
		t.Errorf("expected the profile to say what is missing, got %q", text)
	}
	b.Accessible("profile, a right is missing")
	if claims := b.Text(sitetest.TestID("access-claims")); !strings.Contains(claims, "/email") || !strings.Contains(claims, local.SecondUser.Email) {
		t.Errorf("expected the Action's claim, got %q", claims)
	}

	b.Open(cloud.ConsoleURL() + "/tenant")
	const row = `[data-testid="users"] tbody tr:nth-child(2) `
	b.See(row + sitetest.TestID("role") + ":enabled")
	b.Accessible("tenant, with roles")
	b.Click(row + sitetest.TestID("role") + ":enabled")
	b.Until(`document.querySelector('[data-testid="done"]').textContent.includes("` + local.SecondUser.Email + ` has the role ` + role + `")`)
	b.Until(`Array.from(document.querySelectorAll('[data-testid="role"]')).every((box) => box.checked)`)

	b.Open(cloud.SiteURL()) // whose token is a new one, from a silent sign-in
	b.See(sitetest.TestID("user-email"))
	if body := b.Call("call-post-orders", "200"); !strings.Contains(body, "Hello stranger!") {
		t.Errorf("expected the handler's answer, got %q", body)
	}
	b.Open(cloud.SiteURL() + "/profile")
	if claims := b.Text(sitetest.TestID("access-claims")); !strings.Contains(claims, "write:orders") {
		t.Errorf("expected the scope in the token, got %q", claims)
	}
}
