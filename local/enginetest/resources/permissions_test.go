package resources

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/infra/permissions"
	"api-auth-jwt-auth0/local/aws/policy"
	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/account"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

const accountNumber = "000000000000"

// boundary returns the permissions boundary of prod's functions.
func boundary() string {
	return "arn:aws:iam::" + accountNumber + ":policy/github-" + deployment.Project() + "-prod-functions"
}

// deployRole returns the policies of .github/aws, with values for prod.
func deployRole(t *testing.T) policy.Policies {
	t.Helper()
	shared, err := enginetest.Tools()
	if err != nil {
		t.Fatal(err)
	}
	var role policy.Policies
	for _, name := range []string{"read-policy.json", "deploy-policy.json", "resources-policy.json"} {
		text, err := os.ReadFile(filepath.Join(shared.Root, ".github", "aws", name))
		if err != nil {
			t.Fatal(err)
		}
		d, err := policy.Parse([]byte(strings.NewReplacer("ACCOUNT", accountNumber, "REGION", "us-east-1", "PROJECT", deployment.Project(),
			"STACK", "prod", "ZONE", "ZLOCALEXAMPLE", "DOMAIN", "app.example.com").Replace(string(text))))
		if err != nil {
			t.Fatal(err)
		}
		role.Identity = append(role.Identity, d)
	}
	return role
}

// TestDeployRoleMayDoEveryOperation creates, changes and deletes a stack with all
// optional resources, and evaluates the calls of each operation with the resources'
// names and IDs.
func TestDeployRoleMayDoEveryOperation(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	settings := map[string]string{
		"domain": "app.example.com", "hostedZoneId": "ZLOCALEXAMPLE", "alarmEmail": "team@example.com",
		"permissionsBoundary": boundary(), "protect": "false",
	}
	d := deployment.New(t, m, "prod", settings)
	d.MustUp(t)
	existing, err := m.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	settings["functionMemory"], settings["throttleRate"], settings["logRetentionDays"] = "512", "51", "30"
	d.Set(t, settings)
	d.MustUp(t)
	if err := d.TryDestroy(t); err != nil {
		t.Fatalf("destroy: %v\n%s", err, d.Output)
	}
	log, err := m.Account.Operations()
	if err != nil {
		t.Fatal(err)
	}
	role, seen := deployRole(t), map[string]int{}
	for _, op := range log {
		if strings.HasPrefix(op.Type, "aws:") {
			seen[op.Kind]++
			mustBePermitted(t, role, op, existing)
		}
	}
	if seen["create"] < 60 || seen["update"] < 5 || seen["delete"] < 60 {
		t.Errorf("expected a stack to be created, changed and deleted, got %v", seen)
	}
}

func mustBePermitted(t *testing.T, role policy.Policies, op account.Operation, existing []account.Resource) {
	t.Helper()
	for _, r := range existing {
		if r.Type != op.Type || r.ID != op.ID {
			continue
		}
		asked := permissions.Resource{Type: r.Type, ID: r.ID, Region: "us-east-1", Account: accountNumber, Project: deployment.Project(), Stack: "prod"}
		if err := json.Unmarshal(r.Inputs, &asked.Inputs); err != nil {
			t.Fatal(err)
		}
		calls, err := permissions.Calls(permissions.Operation(op.Kind), asked, boundary())
		if err != nil {
			t.Error(err)
		}
		for _, c := range calls {
			if got := role.Evaluate(policy.Request{Action: c.Action, Resource: c.Resource, Context: c.Context}); !got.Allowed {
				t.Errorf("%s %s %q: %s on %s: %s", op.Kind, op.Type, op.Name, c.Action, c.Resource, got.Reason)
			}
		}
		return
	}
	t.Errorf("%s %s %q: the account had no %q", op.Kind, op.Type, op.Name, op.ID)
}
