package infra

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/infra/bucket"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// assetsOutput is the stack output that lists the hashed files in the bucket for
// the next run.
const assetsOutput = "assets"

// maxRetained is the number of replaced files that have a lifecycle rule: a bucket
// can have 1,000. Beyond that the earliest are dropped from the list and stay in the
// bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
const maxRetained = 900

// previousAssets returns what the run before exported as assetsOutput, or nil.
//
// It waits for the result and must run before the first resource is registered: from
// then on the engine writes the state that is read here, and a file backend could
// return a half-written state.
func previousAssets(ctx *pulumi.Context) (any, error) {
	self, err := pulumi.NewStackReference(ctx, "previous", &pulumi.StackReferenceArgs{
		Name: pulumi.String(ctx.Organization() + "/" + ctx.Project() + "/" + ctx.Stack()),
	})
	if err != nil {
		return nil, err
	}
	details, err := self.GetOutputDetails(assetsOutput)
	if err != nil {
		return nil, err
	}
	return details.Value, nil
}

// newExpirations makes S3 delete the hashed files of replaced builds, each some
// days after the build that replaced it was deployed.
//
// Pulumi only forgets a file that leaves the build (RetainOnDelete), and S3 cannot
// see from its age whether a file is in use, so each replaced file gets a rule with
// its own date. Files and dates come from the stack's output of the previous run.
// If that output is lost, files stay longer than necessary; no file in use is
// deleted.
func newExpirations(ctx *pulumi.Context, site *Site, assets map[string]string) error {
	rules := s3.BucketLifecycleConfigurationV2RuleArray{bucket.UnfinishedUploads()}
	return bucket.NewLifecycle(ctx, "site", site.Bucket, append(rules, expirations(assets)...))
}

func expirations(assets map[string]string) s3.BucketLifecycleConfigurationV2RuleArray {
	var rules s3.BucketLifecycleConfigurationV2RuleArray
	keys := slices.Sorted(maps.Keys(assets))
	inUse := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return assets[key] != "" })
	for _, key := range keys {
		// S3 treats the key in a rule as a prefix, so the rule would also delete a file
		// in use whose key starts with it.
		startsOne := slices.ContainsFunc(inUse, func(used string) bool { return strings.HasPrefix(used, key) })
		if date := assets[key]; date != "" && !startsOne {
			rules = append(rules, s3.BucketLifecycleConfigurationV2RuleArgs{
				Id:         pulumi.String(expirationID(key)),
				Status:     pulumi.String("Enabled"),
				Filter:     s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String(key)},
				Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Date: pulumi.String(date + midnight)},
			})
		}
	}
	return rules
}

// midnight turns a date into the time of a rule: S3 requires midnight UTC, and the
// provider a full RFC 3339 time, although the SDK's comment shows a bare date.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/s3/bucket_lifecycle_configuration.go
const midnight = "T00:00:00Z"

// maxRuleID is S3's limit, in characters.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
const maxRuleID = 255

// expirationID returns the ID of a file's rule. If it would be too long, it contains the
// key's hash instead of the key.
func expirationID(key string) string {
	if id := "replaced/" + key; len(id) <= maxRuleID {
		return id
	}
	return fmt.Sprintf("replaced/%x", sha256.Sum256([]byte(key)))
}

// retainedAssets returns the hashed files in the bucket: those of the build in keys
// map to "", and those of earlier builds to the date, such as "2026-12-24", on
// which S3 deletes them. previous is the result of the previous run. A file gets
// its date when it leaves the build, and keeps it, so that a run without a new
// build changes nothing; past dates are removed with the next new build. today is
// in UTC, as S3's days are.
func retainedAssets(previous any, keys []string, today time.Time, days int) map[string]string {
	before, _ := previous.(map[string]any) // nil at the first deployment
	assets := map[string]string{}
	for _, key := range keys {
		if isAsset(key) {
			assets[key] = ""
		}
	}
	replaced := false
	for key, value := range before {
		date, _ := value.(string)
		if _, current := assets[key]; current || !isAsset(key) {
			continue
		}
		if date == "" {
			date, replaced = today.AddDate(0, 0, days).Format(time.DateOnly), true
		}
		assets[key] = date
	}
	if replaced {
		forgetDeleted(assets, today)
	}
	return assets
}

// forgetDeleted drops the files that were due for deletion over a month ago, and
// the earliest beyond maxRetained.
func forgetDeleted(assets map[string]string, today time.Time) {
	var dated []string
	for _, key := range slices.Sorted(maps.Keys(assets)) {
		if assets[key] != "" {
			dated = append(dated, key)
		}
	}
	slices.SortStableFunc(dated, func(a, b string) int { return strings.Compare(assets[b], assets[a]) })
	oldest := today.AddDate(0, -1, 0).Format(time.DateOnly)
	for i, key := range dated {
		if i >= maxRetained || assets[key] < oldest {
			delete(assets, key)
		}
	}
}
