package wiring

import (
	"testing"

	"api-auth-jwt-auth0/local/secrets"
	"api-auth-jwt-auth0/local/stack"
)

// TestReadServesOptionalResources: settings that add resources or properties leave
// the stack runnable here, and the site where it is.
func TestReadServesOptionalResources(t *testing.T) {
	t.Parallel()
	const site = "http://localhost:3000"
	graph := describedGraph(t, "prod", stack.Origins{Site: site, API: "http://localhost:3001", Domain: site}, map[string]string{
		"auth0:domain":        "http://localhost:3002",
		"aws:region":          "eu-central-1",
		"domain":              "app.example.com",
		"alarmEmail":          "team@example.com",
		"aws:profile":         "team",
		"permissionsBoundary": "arn:aws:iam::000000000000:policy/boundary",
	})
	services, err := Read(graph, secrets.Values{})
	if err != nil {
		t.Fatal(err)
	}
	if got := graph.Exports["siteUrl"]; got != site {
		t.Errorf("expected the site at %s, got %v", site, got)
	}
	if got := services.Tenant.Clients[0].Callbacks; len(got) != 1 || got[0] != site {
		t.Errorf("expected the tenant to send users back to %s, got %q", site, got)
	}
}
