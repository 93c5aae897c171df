package cloud

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	root := newProject(t)
	withRole(t, root)
	cloud := newCloudWith(t, Config{Root: root, Stack: "dev"})
	if ready := cloud.Ready(); ready.SecondEmail != SecondUser.Email || ready.SecondPassword != SecondUser.Password {
		t.Errorf("expected the terminal to show the second user, got %+v", ready)
	}
	b := newBrowser(t)
	b.allow("status of 403")
	b.open(cloud.SiteURL())
	b.click(testID("sign-in"))
	b.see(testID("second-user"))
	b.accessible("login, two ready users")
	b.click(testID("second-user"))
	if got := b.text(testID("user-email")); got != SecondUser.Email {
		t.Errorf("expected %s to be signed in, got %q", SecondUser.Email, got)
	}
	b.call("call-private", "200") // everyone's
	b.call("call-post-orders", "403")
	const lacks, role = "You lack write:orders. The role ", "api-auth-jwt-auth0--dev--order-manager"
	if reason := b.text(testID("result-reason")); !strings.Contains(reason, lacks+role+" gives it") {
		t.Errorf("expected the missing right and its role, got %q", reason)
	}
	b.open(cloud.SiteURL() + "/profile")
	if text := b.text(testID("missing-rights")); !strings.Contains(text, lacks+role) {
		t.Errorf("expected the profile to say what is missing, got %q", text)
	}
	b.accessible("profile, a right is missing")
	if claims := b.text(testID("access-claims")); !strings.Contains(claims, "/email") || !strings.Contains(claims, SecondUser.Email) {
		t.Errorf("expected the Action's claim, got %q", claims)
	}

	b.open(cloud.ConsoleURL() + "/tenant")
	const row = `[data-testid="users"] tbody tr:nth-child(2) `
	b.see(row + testID("role") + ":enabled")
	b.accessible("tenant, with roles")
	b.click(row + testID("role") + ":enabled")
	b.until(`document.querySelector('[data-testid="done"]').textContent.includes("` + SecondUser.Email + ` has the role ` + role + `")`)
	b.until(`Array.from(document.querySelectorAll('[data-testid="role"]')).every((box) => box.checked)`)

	b.open(cloud.SiteURL()) // whose token is a new one, from a silent sign-in
	b.see(testID("user-email"))
	if body := b.call("call-post-orders", "200"); !strings.Contains(body, "Hello stranger!") {
		t.Errorf("expected the handler's answer, got %q", body)
	}
	b.open(cloud.SiteURL() + "/profile")
	if claims := b.text(testID("access-claims")); !strings.Contains(claims, "write:orders") {
		t.Errorf("expected the scope in the token, got %q", claims)
	}
}
