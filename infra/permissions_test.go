package infra_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	buckets "api-auth-jwt-auth0/infra/bucket"
	"api-auth-jwt-auth0/infra/permissions"
	"api-auth-jwt-auth0/infra/queue"
	"api-auth-jwt-auth0/infra/secret"
	tables "api-auth-jwt-auth0/infra/table"
	"api-auth-jwt-auth0/local/aws/policy"
	"api-auth-jwt-auth0/local/stack"
)

// The account of the graph, and the boundary of .github/aws for prod in that account.
const (
	graphAccount = "000000000000"
	prodBoundary = "arn:aws:iam::" + graphAccount + ":policy/github-api-auth-jwt-auth0-prod-functions"
)

// githubPolicy returns a policy of .github/aws, filled in for a stack prod.
func githubPolicy(t *testing.T, name, region string) *policy.Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../.github/aws", name))
	if err != nil {
		t.Fatal(err)
	}
	d, err := policy.Parse([]byte(strings.NewReplacer("ACCOUNT", graphAccount, "REGION", region, "PROJECT", "api-auth-jwt-auth0",
		"STACK", "prod", "ZONE", "ZLOCALEXAMPLE", "DOMAIN", "app.example.com").Replace(string(text))))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

// TestDeployRoleMayDoWhatEveryResourceNeeds evaluates every call of creating, reading,
// updating and deleting all resources, including optional ones.
func TestDeployRoleMayDoWhatEveryResourceNeeds(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"us-east-1", "eu-central-1"} {
		graph := orderService(t, "prod", map[string]string{
			"domain": "app.example.com", "hostedZoneId": "ZLOCALEXAMPLE", "alarmEmail": "team@example.com",
			"permissionsBoundary": prodBoundary, "aws:region": region,
		})
		reads := policy.Policies{Identity: []*policy.Document{githubPolicy(t, "read-policy.json", region)}}
		deploys := policy.Policies{Identity: append(reads.Identity, githubPolicy(t, "deploy-policy.json", region), githubPolicy(t, "resources-policy.json", region))}
		asked := 0
		for _, r := range graph.Resources {
			if r.Component || !strings.HasPrefix(r.Type, "aws:") {
				continue
			}
			for _, op := range permissions.Operations {
				may := deploys
				if op == permissions.Read {
					may = reads
				}
				asked += mustBeAllowed(t, may, op, r, region)
			}
		}
		if asked < 500 {
			t.Errorf("expected some hundred calls, got %d", asked)
		}
	}
}

// mustBeAllowed evaluates each call of an operation, and returns their number.
func mustBeAllowed(t *testing.T, may policy.Policies, op permissions.Operation, r *stack.Resource, region string) int {
	t.Helper()
	if r.Provider != "" {
		region = "us-east-1" // see usEast1
	}
	calls, err := permissions.Calls(op, permissions.Resource{
		Type: r.Type, ID: r.ID, Region: region, Account: graphAccount, Inputs: r.Inputs, Project: "api-auth-jwt-auth0", Stack: "prod",
	}, prodBoundary)
	if err != nil {
		t.Error(err)
	}
	for _, c := range calls {
		if got := may.Evaluate(policy.Request{Action: c.Action, Resource: c.Resource, Context: c.Context}); !got.Allowed {
			t.Errorf("%s %s: %s on %s: %s", op, r.URN, c.Action, c.Resource, got.Reason)
		}
	}
	return len(calls)
}

// TestRolesStayInsideTheBoundary: the boundary must allow everything that the policies of
// functions' and schedules' roles allow. Otherwise they would fail in a stack deployed
// from GitHub.
func TestRolesStayInsideTheBoundary(t *testing.T) {
	t.Parallel()
	boundary := githubPolicy(t, "boundary-policy.json", "us-east-1")
	for _, r := range slices.Concat(deployed(t, "prod").Of(rolePolicy), orderService(t, "prod", nil).Of(rolePolicy), liveService(t, "prod", nil).Of(rolePolicy)) {
		text, _ := r.Inputs["policy"].(string)
		own, err := policy.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statements(r) {
			for _, action := range s.Action {
				for _, resource := range s.Resource {
					request := policy.Request{Action: action, Resource: strings.ReplaceAll(resource, "*", "x"), Context: policy.Context{}}
					for key, pattern := range s.Condition["StringLike"] {
						request.Context[key] = []string{strings.ReplaceAll(pattern, "*", "x")}
					}
					if got := (policy.Policies{Identity: []*policy.Document{own}, Boundary: boundary}).Evaluate(request); !got.Allowed {
						t.Errorf("%s: %s on %s: %s", r.URN, action, request.Resource, got.Reason)
					}
				}
			}
		}
	}
}

// TestBoundaryIsWhatUsesGrant: the boundary allows what uses and the program grant, and
// nothing else.
func TestBoundaryIsWhatUsesGrant(t *testing.T) {
	t.Parallel()
	orders, mails, receipts := tables.New("orders", tables.Key("id")), queue.New("mails"), buckets.New("receipts")
	grants := slices.Concat(orders.Read().Grants, orders.Write().Grants, orders.Changes(1).Grants(), mails.Send().Grants, mails.Messages(1).Grants(),
		receipts.Read("a").Grants, receipts.Write().Grants, receipts.Delete().Grants, secret.New("key").Read().Grants)
	want := []string{"logs:CreateLogStream", "logs:PutLogEvents", "lambda:InvokeFunction", "iot:Connect", "iot:Publish", "iot:Receive", "iot:Subscribe"}
	for _, g := range grants {
		want = append(want, g.Actions...)
	}
	text, err := os.ReadFile("../.github/aws/boundary-policy.json")
	if err != nil {
		t.Fatal(err)
	}
	var boundary struct {
		Statement []struct {
			Effect string
			Action []string
		}
	}
	if err := json.Unmarshal(text, &boundary); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range boundary.Statement {
		if s.Effect == "Allow" {
			got = append(got, s.Action...)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(slices.Compact(want), slices.Compact(got)); diff != "" {
		t.Errorf("actions of the boundary (-want +got):\n%s", diff)
	}
}
