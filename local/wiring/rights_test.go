package wiring

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/secrets"
	"api-auth-jwt-auth0/local/stack"
)

// rightsGraph adds a role and two Actions to the dev stack's graph. The names and URNs
// sort against the order in which the Actions are bound.
func rightsGraph(t *testing.T) *stack.Graph {
	t.Helper()
	g := deployedGraph(t)
	g.Resources = slices.DeleteFunc(g.Resources, func(r *stack.Resource) bool { // the project's own
		return slices.Contains([]string{provider.Auth0Role, provider.Auth0RolePermissions, provider.Auth0Action, provider.Auth0TriggerAction}, r.Type)
	})
	server := find(t, g, provider.Auth0ResourceServer, "api")
	server.Inputs["enforcePolicies"], server.Inputs["tokenDialect"] = true, "access_token_authz"
	add := func(resourceType, name string, inputs map[string]any, dependencies ...string) *stack.Resource {
		t.Helper()
		r := &stack.Resource{URN: "urn:pulumi:dev::p::" + resourceType + "::" + name, Type: resourceType, Name: name, Inputs: inputs, Dependencies: dependencies}
		if err := r.Create(provider.Cloud{}); err != nil {
			t.Fatal(err)
		}
		g.Resources = append(g.Resources, r)
		return r
	}
	role := add(provider.Auth0Role, "manager", map[string]any{"name": "manager", "description": "Manages"})
	add(provider.Auth0RolePermissions, "manager", map[string]any{"roleId": role.ID, "permissions": []any{
		map[string]any{"name": "read:private", "resourceServerIdentifier": server.Inputs["identifier"]},
	}})
	after := []string{}
	for _, name := range []string{"z-first", "a-second"} {
		action := add(provider.Auth0Action, name, map[string]any{
			"name": name, "code": "exports.onExecutePostLogin = async () => {};", "deploy": true, "runtime": "node22",
			"supportedTriggers": map[string]any{"id": "post-login", "version": "v3"},
		})
		bound := add(provider.Auth0TriggerAction, name, map[string]any{"trigger": "post-login", "actionId": action.ID}, after...)
		after = []string{bound.URN}
	}
	g.Sort()
	return g
}

func TestReadServesRights(t *testing.T) {
	t.Parallel()
	s, err := Read(rightsGraph(t), secrets.Values{})
	if err != nil {
		t.Fatal(err)
	}
	api := s.Tenant.APIs[0]
	if !api.RBAC || api.Dialect != auth0.DialectWithPermissions {
		t.Errorf("expected RBAC with permissions, got %+v", api)
	}
	roles := []auth0.Role{{Name: "manager", Description: "Manages", Permissions: []auth0.Permission{{Audience: api.Identifier, Scope: "read:private"}}}}
	if diff := cmp.Diff(roles, s.Tenant.Roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	const code = "exports.onExecutePostLogin = async () => {};"
	if diff := cmp.Diff([]auth0.Action{{Name: "z-first", Code: code}, {Name: "a-second", Code: code}}, s.Tenant.Actions); diff != "" {
		t.Errorf("Actions (-want +got):\n%s", diff)
	}
}

func TestReadRefusesOtherActions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, g *stack.Graph)
		want   string
	}{
		{"another trigger", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.Auth0Action, "z-first").Inputs["supportedTriggers"] = map[string]any{"id": "credentials-exchange", "version": "v2"}
		}, "the local tenant runs deployed Actions of the trigger post-login"},
		{"not deployed", func(t *testing.T, g *stack.Graph) {
			delete(find(t, g, provider.Auth0Action, "z-first").Inputs, "deploy")
		}, "deploy false"},
		{"bound elsewhere", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.Auth0TriggerAction, "z-first").Inputs["trigger"] = "pre-user-registration"
		}, "the trigger post-login only"},
		{"bound to nothing", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.Auth0TriggerAction, "z-first").Inputs["actionId"] = "gone"
		}, `there is no Action "gone"`},
		{"secrets", func(t *testing.T, g *stack.Graph) {
			find(t, g, provider.Auth0Action, "z-first").Inputs["secrets"] = []any{}
		}, "secrets"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := rightsGraph(t)
			tt.change(t, g)
			if _, err := Read(g, secrets.Values{}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("expected %q, got %v", tt.want, err)
			}
		})
	}
}
