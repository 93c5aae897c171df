package reload

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/stack/stacktest"

	"github.com/chromedp/chromedp"
)

// withRole adds a role, a route that requires it with its card on the site, and an Action
// to a project, as the README describes.
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
	after("infra/routes.go", "var Routes = []Route{", `{Method: "POST", Path: "/tests", Handler: "public", Authorization: JWT, Scopes: []string{"write:tests"}},`)
	after("infra/routes.go", "var Scopes = []Scope{", `{Name: "write:tests", Description: "Write tests"},`)
	after("infra/routes.go", "var Roles = []Role{", `{Name: "tester", Description: "Tests", Scopes: []string{"write:tests"}},`)
	after("infra/actions.go", "var Actions = []Action{", "{Name: \"test-claim\", Code: `exports.onExecutePostLogin = async (event, api) => {\n"+
		"  if (event.client.client_id !== stack.clientId) return;\n"+
		"  api.accessToken.setCustomClaim(stack.audience + \"/email\", event.user.email);\n};`},")
	after("web/site/src/endpoints.ts", "export const endpoints: Endpoint[] = [", `{ method: "POST", path: "/tests", about: "Writes a test.", token: true, body: { item: "tea" } },`)
}

// TestPersonIsGivenARole tests that a person without a role is refused, and that the site
// names the missing scope and the role that contains it. After the console gives the role,
// the next token has the scope.
func TestPersonIsGivenARole(t *testing.T) {
	t.Parallel()
	root := cloudtest.Project(t)
	withRole(t, root)
	c := cloudtest.Start(t, cloud.Config{Root: root, Stack: "dev"})
	if ready := c.Ready(); ready.SecondEmail != cloud.SecondUser.Email || ready.SecondPassword != cloud.SecondUser.Password {
		t.Errorf("expected the terminal to show the second user, got %+v", ready)
	}
	b := sitetest.NewBrowser(t)
	b.Allow("status of 403")
	b.Open(c.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.See(sitetest.TestID("second-user"))
	b.Accessible("login, two ready users")
	b.Click(sitetest.TestID("second-user"))
	if got := b.Text(sitetest.TestID("user-email")); got != cloud.SecondUser.Email {
		t.Errorf("expected %s to be signed in, got %q", cloud.SecondUser.Email, got)
	}
	b.Call("call-private", "200") // requires no role
	b.Call("call-post-tests", "403")
	const lacks = "You lack write:tests. The role "
	role := stacktest.ProjectName(t) + "--dev--tester"
	if reason := b.Text(sitetest.TestID("result-reason")); !strings.Contains(reason, lacks+role+" gives it") {
		t.Errorf("expected the missing right and its role, got %q", reason)
	}
	b.Open(c.SiteURL() + "/profile")
	if text := b.Text(sitetest.TestID("missing-rights")); !strings.Contains(text, lacks+role) {
		t.Errorf("expected the profile to say what is missing, got %q", text)
	}
	b.Accessible("profile, a right is missing")
	if claims := b.Text(sitetest.TestID("access-claims")); !strings.Contains(claims, "/email") || !strings.Contains(claims, cloud.SecondUser.Email) {
		t.Errorf("expected the Action's claim, got %q", claims)
	}

	b.Open(c.ConsoleURL() + "/tenant")
	box := chromedp.CSS(`[data-testid="users"] tbody tr:nth-child(2) [data-testid="role"][value="` + role + `"]`)
	b.See(box + ":enabled")
	b.Accessible("tenant, with roles")
	b.Click(box + ":enabled")
	b.Until(`document.querySelector('[data-testid="done"]').textContent.includes("` + cloud.SecondUser.Email + ` has the role ` + role + `")`)
	b.See(box + ":checked")

	b.Open(c.SiteURL()) // with a new token from a silent sign-in
	b.See(sitetest.TestID("user-email"))
	if body := b.Call("call-post-tests", "200"); !strings.Contains(body, "Hello stranger!") {
		t.Errorf("expected the handler's answer, got %q", body)
	}
	b.Open(c.SiteURL() + "/profile")
	if claims := b.Text(sitetest.TestID("access-claims")); !strings.Contains(claims, "write:tests") {
		t.Errorf("expected the scope in the token, got %q", claims)
	}
}
