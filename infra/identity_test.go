package infra_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOnlyTheSiteGetsTokens: whatever a tenant's defaults are, people get tokens
// for the API through the stack's own application, with the API's scopes, and
// machines get none.
func TestOnlyTheSiteGetsTokens(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dev", "prod"} {
		graph := deployed(t, name)
		server := one(t, graph, "auth0:index/resourceServer:ResourceServer")
		policies := map[string]any{
			"user":   map[string]any{"policy": "require_client_grant"},
			"client": map[string]any{"policy": "deny_all"},
		}
		if diff := cmp.Diff(any(policies), server.Inputs["subjectTypeAuthorization"]); diff != "" {
			t.Errorf("%s: subjectTypeAuthorization (-want +got):\n%s", name, diff)
		}
		var scopes []any
		for _, s := range one(t, graph, "auth0:index/resourceServerScopes:ResourceServerScopes").Inputs["scopes"].([]any) {
			scopes = append(scopes, s.(map[string]any)["name"])
		}
		grant := map[string]any{
			"clientId":    one(t, graph, "auth0:index/client:Client").Outputs["clientId"],
			"audience":    server.Inputs["identifier"],
			"subjectType": "user",
			"scopes":      scopes,
		}
		if diff := cmp.Diff(grant, one(t, graph, "auth0:index/clientGrant:ClientGrant").Inputs); diff != "" {
			t.Errorf("%s: the client grant (-want +got):\n%s", name, diff)
		}
	}
}
