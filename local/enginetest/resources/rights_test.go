package resources

import (
	"slices"
	"testing"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestRolesComeAndGo adds a role and an Action to a deployed stack, changes and removes
// them: only their own resources change, Actions are bound in sequence, and an Action is
// deleted only after its binding.
func TestRolesComeAndGo(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.NewStarter(t, m, "dev", nil)
	without := d.Program.Rights
	d.MustUp(t)

	d.Program.Rights.Scopes = append(slices.Clone(without.Scopes), infra.Scope{Name: "manage:tests", Description: "Manage tests"})
	d.Program.Rights.Roles = []infra.Role{{Name: "manager", Description: "Manages tests", Scopes: []string{"manage:tests"}}}
	d.Program.Rights.Actions = []infra.Action{{Name: "claims", Code: "exports.onExecutePostLogin = async () => {};"}}
	before := len(d.Operations(t, 0))
	d.MustDo(t, "create Action claims", "create Action grant-scopes", "create Role manager", "create RolePermissions manager",
		"create TriggerAction claims", "create TriggerAction grant-scopes", "update BucketObjectv2 config.json",
		"update ClientGrant site", "update ResourceServer api", "update ResourceServerScopes scopes")
	log := d.Operations(t, before)
	if first, second := slices.Index(log, "create TriggerAction grant-scopes"), slices.Index(log, "create TriggerAction claims"); first > second {
		t.Errorf("expected grant-scopes to be bound first, got %q", log)
	}
	d.MustMatchProviders(t)
	d.MustChangeNothing(t)

	d.Program.Rights.Roles[0].Scopes = []string{"manage:tests", "read:private"}
	d.MustDo(t, "update Action grant-scopes", "update BucketObjectv2 config.json", "update RolePermissions manager")

	d.Program.Rights = without
	before = len(d.Operations(t, 0))
	d.MustDo(t, "delete Action claims", "delete Action grant-scopes", "delete Role manager", "delete RolePermissions manager",
		"delete TriggerAction claims", "delete TriggerAction grant-scopes", "update BucketObjectv2 config.json",
		"update ClientGrant site", "update ResourceServer api", "update ResourceServerScopes scopes")
	log = d.Operations(t, before)
	for _, name := range []string{"claims", "grant-scopes"} {
		if binding, action := slices.Index(log, "delete TriggerAction "+name), slices.Index(log, "delete Action "+name); binding > action {
			t.Errorf("expected the binding of %s to be deleted before it, got %q", name, log)
		}
	}
	d.MustMatchProviders(t)
	d.MustChangeNothing(t)
	if _, err := d.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.MustBeEmpty(t)
}
