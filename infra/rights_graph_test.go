package infra_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/auth0/action"
	"api-auth-jwt-auth0/local/stack"
)

const roleName = projectName + "--prod--order-manager"

// rolesTable returns rights with a role and a custom Action.
func rolesTable() infra.Rights {
	return infra.Rights{
		Scopes: []infra.Scope{
			{Name: "read:private", Description: "Read the private greeting", Everyone: true},
			{Name: "write:orders", Description: "Place orders"},
			{Name: "delete:orders", Description: "Delete orders"},
		},
		Roles: []infra.Role{
			{Name: "order-manager", Description: "Manages orders", Scopes: []string{"write:orders", "delete:orders"}},
			{Name: "clerk", Description: "Places orders", Scopes: []string{"write:orders"}},
		},
		Actions: []infra.Action{{Name: "email-claim", Code: `exports.onExecutePostLogin = async (event, api) => {
  if (event.client.client_id !== stack.clientId) return;
  api.accessToken.setCustomClaim(stack.audience + "/email", event.user.email);
};`}},
	}
}

// withRights returns the graph of prod with these rights and a route for each scope, whatever
// the project's own tables contain.
func withRights(t *testing.T, rights infra.Rights) *stack.Graph {
	t.Helper()
	var routes []infra.Route
	for _, scope := range rights.Scopes {
		routes = append(routes, infra.Route{
			Method: "GET", Path: "/" + strings.ReplaceAll(scope.Name, ":", "/"), Handler: infra.Routes[0].Handler,
			Authorization: infra.JWT, Scopes: []string{scope.Name},
		})
	}
	graph, err := deployProgram(t, func(ctx *pulumi.Context) error {
		builder := artifact.Builder{Target: artifact.Lambda, Root: ctx.RootDirectory()}
		return infra.Deployment{Routes: routes, Rights: rights, Builder: builder, Now: time.Now}.Run(ctx)
	}, "prod", nil)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

func TestRolesAreResources(t *testing.T) {
	t.Parallel()
	g := withRights(t, rolesTable())
	server := one(t, g, "auth0:index/resourceServer:ResourceServer")
	if server.Inputs["enforcePolicies"] != true || server.Inputs["tokenDialect"] != "access_token_authz" {
		t.Errorf("expected RBAC with permissions, got %v, %v", server.Inputs["enforcePolicies"], server.Inputs["tokenDialect"])
	}
	role := named(t, g, "auth0:index/role:Role", "order-manager")
	if want := map[string]any{"name": roleName, "description": "Manages orders"}; !cmp.Equal(want, role.Inputs) || !role.Protected {
		t.Errorf("expected %v, protected, got %v, protected %t", want, role.Inputs, role.Protected)
	}
	audience := server.Inputs["identifier"]
	want := map[string]any{"roleId": role.ID, "permissions": []any{
		map[string]any{"name": "write:orders", "resourceServerIdentifier": audience},
		map[string]any{"name": "delete:orders", "resourceServerIdentifier": audience},
	}}
	permissions := named(t, g, "auth0:index/rolePermissions:RolePermissions", "order-manager")
	if diff := cmp.Diff(want, permissions.Inputs); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
	if scopes := one(t, g, "auth0:index/resourceServerScopes:ResourceServerScopes"); !slices.Contains(permissions.Dependencies, scopes.URN) {
		t.Error("expected the permissions to wait for the API's scopes")
	}
}

// TestActionsAreBoundInOrder: in sequence, the program's own first.
func TestActionsAreBoundInOrder(t *testing.T) {
	t.Parallel()
	g := withRights(t, rolesTable())
	first, second := named(t, g, "auth0:index/triggerAction:TriggerAction", "grant-scopes"), named(t, g, "auth0:index/triggerAction:TriggerAction", "email-claim")
	if !slices.Contains(second.Dependencies, first.URN) || slices.Contains(first.Dependencies, second.URN) {
		t.Errorf("expected email-claim to wait for grant-scopes, got %q and %q", second.Dependencies, first.Dependencies)
	}
	for _, name := range []string{"grant-scopes", "email-claim"} {
		a := named(t, g, "auth0:index/action:Action", name)
		want := map[string]any{
			"name": projectName + "--prod--" + name, "code": a.Inputs["code"], "deploy": true, "runtime": "node22",
			"supportedTriggers": map[string]any{"id": "post-login", "version": "v3"},
		}
		if diff := cmp.Diff(want, a.Inputs); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		bound := named(t, g, "auth0:index/triggerAction:TriggerAction", name)
		if diff := cmp.Diff(map[string]any{"actionId": a.ID, "trigger": "post-login"}, bound.Inputs); diff != "" {
			t.Errorf("binding of %s (-want +got):\n%s", name, diff)
		}
	}
}

// TestNoRolesNoResources: without roles and Actions, Auth0's defaults are set explicitly, and
// nothing is added.
func TestNoRolesNoResources(t *testing.T) {
	t.Parallel()
	g := withRights(t, infra.Rights{Scopes: []infra.Scope{{Name: "read:private", Everyone: true}}})
	server := one(t, g, "auth0:index/resourceServer:ResourceServer")
	if server.Inputs["enforcePolicies"] != false || server.Inputs["tokenDialect"] != "access_token" {
		t.Errorf("expected no RBAC, got %v, %v", server.Inputs["enforcePolicies"], server.Inputs["tokenDialect"])
	}
	for _, r := range g.Resources {
		for _, kind := range []string{":Role", ":RolePermissions", ":Action", ":TriggerAction", ":Roles", ":Actions"} {
			if strings.HasSuffix(r.Type, kind) && !strings.HasPrefix(r.Type, "aws:") {
				t.Errorf("unexpected %s", r.URN)
			}
		}
	}
}

func TestSiteConfigNamesRoles(t *testing.T) {
	t.Parallel()
	var config struct {
		Auth0 struct {
			Scope string
			Roles []map[string]any
		}
	}
	object := named(t, withRights(t, rolesTable()), "aws:s3/bucketObjectv2:BucketObjectv2", "config.json")
	if err := json.Unmarshal([]byte(object.Inputs["content"].(string)), &config); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{
		{"name": roleName, "scopes": []any{"write:orders", "delete:orders"}},
		{"name": projectName + "--prod--clerk", "scopes": []any{"write:orders"}},
	}
	if diff := cmp.Diff(want, config.Auth0.Roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	if config.Auth0.Scope != "openid profile email read:private write:orders delete:orders" {
		t.Errorf("got the scope %q", config.Auth0.Scope)
	}
}

// TestGrantScopes runs the deployed Action with each set of scopes that Auth0 could pass to
// it: those of the roles, all that were requested, and none. Auth0's documentation does not
// say which, and the result must not depend on it.
func TestGrantScopes(t *testing.T) {
	t.Parallel()
	g := withRights(t, rolesTable())
	code := named(t, g, "auth0:index/action:Action", "grant-scopes").Inputs["code"].(string)
	grant, err := action.Compile("grant-scopes", code)
	if err != nil {
		t.Fatal(err)
	}
	client := one(t, g, "auth0:index/client:Client").Outputs["clientId"].(string)
	audience := one(t, g, "auth0:index/resourceServer:ResourceServer").Inputs["identifier"].(string)
	const site = "openid profile email read:private write:orders delete:orders offline_access"
	for _, tt := range []struct {
		name      string
		roles     []string
		requested string
		change    func(*action.Event)
		want      string // "unchanged" if nothing changes
	}{
		{"nobody in particular", nil, site, nil, "email offline_access openid profile read:private"},
		{"a clerk", []string{projectName + "--prod--clerk"}, site, nil, "email offline_access openid profile read:private write:orders"},
		{"a manager", []string{roleName}, site, nil, "delete:orders email offline_access openid profile read:private write:orders"},
		{"both", []string{roleName, projectName + "--prod--clerk"}, site, nil, "delete:orders email offline_access openid profile read:private write:orders"},
		{"a manager who asks for less", []string{roleName}, "openid write:orders", nil, "openid write:orders"},
		{"a manager who asks for nothing", []string{roleName}, "", nil, ""},
		{"a role of another stack", []string{projectName + "--dev--order-manager"}, site, nil, "email offline_access openid profile read:private"},
		{"a role with the name of a property", []string{"constructor", "__proto__", "hasOwnProperty"}, site, nil, "email offline_access openid profile read:private"},
		{"a scope that the API does not have", []string{roleName}, "openid admin:all", nil, "openid"},
		{"another application", []string{roleName}, site, func(e *action.Event) { e.Client.ID = "other" }, "unchanged"},
		{"another API", []string{roleName}, site, func(e *action.Event) { e.ResourceServer.Identifier = "https://other" }, "unchanged"},
		{"no API", []string{roleName}, site, func(e *action.Event) { e.ResourceServer = nil }, "unchanged"},
		{"a renewal", nil, "", renewal(site), "email offline_access openid profile read:private"},
		{"a manager's renewal", []string{roleName}, "", renewal("openid write:orders"), "openid write:orders"},
		{"a manager's renewal that names no scopes", []string{roleName}, "", renewal(""), "delete:orders read:private write:orders"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			event := action.Event{
				Client: action.Client{ID: client}, ResourceServer: &action.ResourceServer{Identifier: audience},
				Authorization: action.Authorization{Roles: tt.roles},
				Transaction:   action.Transaction{Protocol: action.ProtocolSignIn, RequestedScopes: strings.Fields(tt.requested)},
				Request:       action.Request{Body: map[string]string{}},
			}
			if tt.change != nil {
				tt.change(&event)
			}
			for start, scopes := range map[string][]string{
				"what roles give": {"write:orders"}, "all": {"read:private", "write:orders", "delete:orders"}, "none": {},
			} {
				outcome := action.Outcome{Scopes: scopes}
				if err := grant.Run(event, &outcome, func(string) {}); err != nil {
					t.Fatal(err)
				}
				got := slices.Sorted(slices.Values(outcome.Scopes))
				if tt.want == "unchanged" {
					if !slices.Equal(outcome.Scopes, scopes) {
						t.Errorf("from %s: expected no change, got %q", start, got)
					}
				} else if strings.Join(got, " ") != tt.want {
					t.Errorf("from %s: expected %q, got %q", start, tt.want, got)
				}
			}
		})
	}
}

// renewal changes an event into one of a renewal, which requests scopes unless they are
// empty.
func renewal(scopes string) func(*action.Event) {
	return func(e *action.Event) {
		e.Transaction = action.Transaction{Protocol: action.ProtocolRenewal}
		e.Request.Body = map[string]string{"grant_type": "refresh_token"}
		if scopes != "" {
			e.Request.Body["scope"] = scopes
		}
	}
}

// TestOwnActionHasConstants: a custom Action has the IDs of the application and the API.
func TestOwnActionHasConstants(t *testing.T) {
	t.Parallel()
	g := withRights(t, rolesTable())
	claim, err := action.Compile("email-claim", named(t, g, "auth0:index/action:Action", "email-claim").Inputs["code"].(string))
	if err != nil {
		t.Fatal(err)
	}
	client := one(t, g, "auth0:index/client:Client").Outputs["clientId"].(string)
	for id, want := range map[string]int{client: 1, "other": 0} {
		var outcome action.Outcome
		event := action.Event{Client: action.Client{ID: id}, User: action.User{Email: "a@example.com"}}
		if err := claim.Run(event, &outcome, func(string) {}); err != nil {
			t.Fatal(err)
		}
		if len(outcome.AccessClaims) != want {
			t.Errorf("client %s: expected %d claims, got %v", id, want, outcome.AccessClaims)
		}
	}
}
