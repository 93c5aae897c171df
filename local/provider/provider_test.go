package provider

import (
	"strings"
	"testing"
)

func TestNamesKeepToTheirServicesLimits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ token, name string }{
		{"aws:iam/role:Role", strings.Repeat("x", 65)},
		{functionType, "a.b"},
		{BucketType, "a_bucket"},
		{"aws:cloudfront/function:Function", strings.Repeat("x", 65)},
	} {
		row, _ := Lookup(test.token)
		if _, err := row.Naming.Propose(test.name); err == nil {
			t.Errorf("%s: expected %q to be refused", test.token, test.name)
		}
	}
}

func TestComputedValues(t *testing.T) {
	t.Parallel()
	row, _ := Lookup(functionType)
	id, out := row.Create(Cloud{Region: "eu-central-1"}, Resource{Inputs: map[string]any{"name": "f"}})
	if id != "f" || out["arn"] != "arn:aws:lambda:eu-central-1:000000000000:function:f" {
		t.Errorf("got %q and %v", id, out)
	}
}
