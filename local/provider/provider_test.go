package provider

import (
	"strings"
	"testing"
)

func TestNamesAreLimited(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ token, name string }{
		{IAMRole, strings.Repeat("x", 65)},
		{LambdaFunction, "a.b"},
		{S3Bucket, "a_bucket"},
		{CloudFrontFunction, strings.Repeat("x", 65)},
	} {
		row, _ := Lookup(test.token)
		if _, err := row.Naming.Propose(test.name); err == nil {
			t.Errorf("%s: expected %q to be refused", test.token, test.name)
		}
	}
}

func TestComputedValues(t *testing.T) {
	t.Parallel()
	row, _ := Lookup(LambdaFunction)
	id, out := row.Create(Cloud{Region: "eu-central-1"}, Resource{Inputs: map[string]any{"name": "f"}})
	if id != "f" || out["arn"] != "arn:aws:lambda:eu-central-1:000000000000:function:f" {
		t.Errorf("got %q and %v", id, out)
	}
}
