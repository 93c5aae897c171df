package permissions

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the policies under .github/aws")

// TestPolicyFilesAreDerived: the policy files contain exactly what the resources need.
func TestPolicyFilesAreDerived(t *testing.T) {
	t.Parallel()
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		path := filepath.Join("../../.github/aws", name)
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not what infra/permissions says; run go test ./infra/permissions -update (-want +got):\n%s", path, diff)
		}
	}
}

// TestGrantsAreOnWhatActionsTake: a grant on an ARN never matches if its action has no
// resource type or a different one.
func TestGrantsAreOnWhatActionsTake(t *testing.T) {
	t.Parallel()
	for _, g := range slices.Concat(needed(Operations...), used, developers) {
		if err := g.check(); err != "" {
			t.Errorf("%s: %s", g, err)
		}
	}
	for _, wrong := range []grant{
		"logs:CreateLogDelivery log-group", "logs:PutResourcePolicy log-group", "cloudfront:CreateDistribution distribution", // no type
		"iam:CreateRole", "iam:CreateRole policy", "lambda:InvokeFunction eventSourceMapping", "logs:CreateLogStream log-group",
		"dynamodb:GetItem index", "lambda:CreateEventSourceMapping function", "ssm:DescribeParameters parameter",
	} {
		if wrong.check() == "" {
			t.Errorf("%s: expected it to be found", wrong)
		}
	}
}

// check describes the fault of a grant.
func (g grant) check() string {
	row, known := actions[g.action()]
	if !known {
		return "the reference has no such action"
	}
	kinds := strings.Fields(row.kinds)
	if g.kindName() == "" && len(kinds) > 0 {
		return "is on everything, and has a resource type: " + row.kinds
	}
	if g.kindName() != "" && !slices.Contains(kinds, referenceName(g.kindName())) && g != "logs:DeleteDeliverySource delivery-source" {
		return "has no resource type " + g.kindName()
	}
	if g.kindName() != "" && g.kind().arn == "" {
		return "is of an unknown kind"
	}
	return ""
}

// TestConditionsAreOnKeysThatActionsHave: a condition on any other key would never be true.
func TestConditionsAreOnKeysThatActionsHave(t *testing.T) {
	t.Parallel()
	for _, g := range append(needed(Operations...), developers...) {
		context := g.context(Update, Resource{}, "")
		for _, name := range g.guards() {
			for operator, keys := range name.conditions() {
				for key := range keys {
					if _, known := context[key]; !known {
						t.Errorf("%s, %s: %s %s: the action has no such key", g, name, operator, key)
					}
				}
			}
		}
	}
}

// TestEveryGuardGuardsSomething finds misspelled guards.
func TestEveryGuardGuardsSomething(t *testing.T) {
	t.Parallel()
	for key, guards := range guardOf {
		used := slices.ContainsFunc(append(needed(Operations...), developers...), func(g grant) bool { return g == key || g.action() == string(key) })
		if !used {
			t.Errorf("nothing needs %q", key)
		}
		for _, g := range guards {
			if g.conditions() == nil {
				t.Errorf("%s: the guard %q has no condition", key, g)
			}
		}
	}
}

// TestPoliciesFit: the inline policies of a role have at most 10,240 characters without white
// space, a managed policy 6,144. The test uses the longest names. The read policy is a
// managed policy, since both kinds of roles have it. So is the one for resources that
// handlers use, which only stacks with such resources need.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestPoliciesFit(t *testing.T) {
	t.Parallel()
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, limit := range map[string]int{"deploy-policy.json": 10_240, "read-policy.json": 6_144, "resources-policy.json": 6_144, "boundary-policy.json": 6_144, "live-policy.json": 6_144} {
		var compact bytes.Buffer
		if err := json.Compact(&compact, fill(files[name])); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d of %d characters", name, compact.Len(), limit)
		if compact.Len() > limit {
			t.Errorf("%s has %d characters, and AWS takes %d", name, compact.Len(), limit)
		}
	}
}

// fill replaces the placeholders with names, as a person does.
func fill(text []byte) []byte {
	return []byte(strings.NewReplacer("ACCOUNT", "123456789012", "REGION", "ap-southeast-2", "PROJECT", "a-project-of-20-chars",
		"STACK", "a-stack-of-16-ch", "ZONE", "Z0123456789ABCDEFGHIJ", "DOMAIN", "application.example.com").Replace(string(text)))
}

// TestStatementsGiveNoMoreThanGrants: an action and a resource that it supports in one
// statement are a needed grant or, except for objects and messages, concern a resource with
// the stack's name.
func TestStatementsGiveNoMoreThanGrants(t *testing.T) {
	t.Parallel()
	for name, grants := range map[string][]grant{
		"deploy": neededBy(changes, needs), "resources": neededBy(changes, usedNeeds), "read": needed(Read), "boundary": used, "live": developers,
	} {
		patterns := map[string]bool{} // of an action in a statement
		for _, g := range grants {
			for _, name := range g.guards() {
				patterns[g.sid(name)+" "+g.action()+" "+g.kind().pattern] = true
			}
		}
		for _, s := range derive(grants) {
			for _, action := range s.Action {
				for _, pattern := range s.Resource {
					own := strings.Contains(pattern, "PROJECT") && !strings.HasPrefix(action, "s3:") && !strings.HasPrefix(action, "iot:")
					if !patterns[s.Sid+" "+action+" "+pattern] && !own && takes(action, pattern) {
						t.Errorf("%s: %s: %s on %s", name, s.Sid, action, pattern)
					}
				}
			}
		}
	}
}

// takes reports whether a pattern is of a kind that an action can be granted for.
func takes(action, pattern string) bool {
	service, _, _ := strings.Cut(action, ":")
	if pattern == anything.pattern {
		return true
	}
	for name, kind := range kinds {
		of, kindName, _ := strings.Cut(name, " ")
		if of == service && kind.pattern == pattern && slices.Contains(strings.Fields(actions[action].kinds), referenceName(kindName)) {
			return true
		}
	}
	return false
}
