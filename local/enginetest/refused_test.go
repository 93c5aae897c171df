package enginetest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestPreviewRefusesWhatTheProviderWould: the plugins check values at any depth, and the
// engine reports the path.
func TestPreviewRefusesWhatTheProviderWould(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "dev", nil)
	date := "2026-12-24"
	d.Workspace().SetProgram(func(ctx *pulumi.Context) error {
		bucket, err := s3.NewBucketV2(ctx, "files", nil)
		if err != nil {
			return err
		}
		_, err = s3.NewBucketLifecycleConfigurationV2(ctx, "files", &s3.BucketLifecycleConfigurationV2Args{
			Bucket: bucket.ID(),
			Rules: s3.BucketLifecycleConfigurationV2RuleArray{s3.BucketLifecycleConfigurationV2RuleArgs{
				Id:         pulumi.String("old"),
				Status:     pulumi.String("Enabled"),
				Filter:     s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
				Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Date: pulumi.String(date)},
			}},
		})
		return err
	})
	const want = `BucketLifecycleConfigurationV2 resource 'files' has a problem: property "rules[0].expiration.date": expected a time such as 2026-12-24T00:00:00Z (RFC 3339), got "2026-12-24"`
	if err := d.TryPreview(t); err == nil || !strings.Contains(d.Output.String(), want) {
		t.Errorf("expected the preview to print %q, got %v\n%s", want, err, d.Output)
	}
	date += "T00:00:00Z"
	d.MustUp(t)
	if did := d.Operations(t, 0); !slices.Contains(did, "create BucketLifecycleConfigurationV2 files") {
		t.Errorf("expected the time with its time zone to be accepted, got %q", did)
	}
}
