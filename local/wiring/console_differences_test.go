package wiring

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/stack"
)

// TestDifferencesIgnoreNames: generated names and IDs do not count.
func TestDifferencesIgnoreNames(t *testing.T) {
	t.Parallel()
	bucket := func(stackName, id string, inputs map[string]any) *stack.Resource {
		return &stack.Resource{Type: "aws:s3/bucket:Bucket", Name: "shop--" + stackName + "--site", ID: id, Inputs: inputs}
	}
	here := &stack.Graph{Resources: []*stack.Resource{
		bucket("dev", "IDOFDEV1", map[string]any{"size": 1.0, "same": "shop--dev--site-0a1b2c3", "arn": "x:IDOFDEV1", "tags": map[string]any{"stack": "dev"}, "key": "a"}),
		{Type: "t", Name: "shop--dev--here"},
	}}
	here.Resources[0].Secrets = []string{"key"}
	there := &stack.Graph{Resources: []*stack.Resource{
		bucket("prod", "IDOFPROD", map[string]any{"size": 2.0, "same": "shop--prod--site-3c2b1a0", "arn": "x:IDOFPROD", "tags": map[string]any{"stack": "prod"}, "key": "b", "more": true}),
		{Type: "t", Name: "shop--prod--there"},
	}}
	want := []console.Difference{
		{Type: "aws:s3/bucket:Bucket", Name: "site", Property: "key", Here: "(secret)", There: "(another secret)"},
		{Type: "aws:s3/bucket:Bucket", Name: "site", Property: "more", There: true},
		{Type: "aws:s3/bucket:Bucket", Name: "site", Property: "size", Here: 1.0, There: 2.0},
		{Type: "t", Name: "here", Here: true},
		{Type: "t", Name: "there", There: true},
	}
	if diff := cmp.Diff(want, Differences(here, there, "dev", "prod")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if same := Differences(here, here, "dev", "dev"); len(same) != 0 {
		t.Errorf("expected no differences of a stack from itself, got %v", same)
	}
}
