package infra

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// keptOutput is the stack output by which a run tells the next one which hashed
// files are in the bucket.
const keptOutput = "assets"

// maxKept is how many replaced files S3 is told to delete: a bucket takes 1,000
// lifecycle rules. Those that are deleted first are dropped beyond that, and so
// stay.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
const maxKept = 900

// previousAssets returns what the run before exported as keptOutput, or nil.
//
// It has to come before the first resource, and waits for its answer: once there
// are resources, the engine writes the state that is read here, and a backend of
// files shows it half-written.
func previousAssets(ctx *pulumi.Context) (any, error) {
	self, err := pulumi.NewStackReference(ctx, "previous", &pulumi.StackReferenceArgs{
		Name: pulumi.String(ctx.Organization() + "/" + ctx.Project() + "/" + ctx.Stack()),
	})
	if err != nil {
		return nil, err
	}
	details, err := self.GetOutputDetails(keptOutput)
	if err != nil {
		return nil, err
	}
	return details.Value, nil
}

// newExpirations has S3 delete the hashed files of replaced builds, each some
// days after the build that replaced it was deployed.
//
// Pulumi only forgets a file that leaves the build (RetainOnDelete), and no age
// tells S3 that a file is still in use, so that each replaced file gets a rule
// with a date of its own. The files and dates come from the stack's own output
// of the run before. Where that is lost, files stay longer than they need to;
// none that is in use goes.
func newExpirations(ctx *pulumi.Context, site *Site, assets map[string]string) error {
	rules := s3.BucketLifecycleConfigurationV2RuleArray{unfinishedUploads()}
	return newLifecycle(ctx, "site", site.Bucket, append(rules, expirations(assets)...))
}

func expirations(assets map[string]string) s3.BucketLifecycleConfigurationV2RuleArray {
	var rules s3.BucketLifecycleConfigurationV2RuleArray
	keys := slices.Sorted(maps.Keys(assets))
	inUse := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return assets[key] != "" })
	for _, key := range keys {
		// A rule takes its key for a prefix, and would delete a file in use whose key
		// starts with it.
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

// midnight makes a date the time that a rule takes: S3 demands midnight UTC, and
// the provider a whole RFC 3339 time, whatever the SDK's comment says.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/s3/bucket_lifecycle_configuration.go
const midnight = "T00:00:00Z"

// maxRuleID is S3's limit, in characters.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
const maxRuleID = 255

// expirationID is the ID of a file's rule. One that would be too long has the
// key's hash in place of the key.
func expirationID(key string) string {
	if id := "replaced/" + key; len(id) <= maxRuleID {
		return id
	}
	return fmt.Sprintf("replaced/%x", sha256.Sum256([]byte(key)))
}

// keptAssets are the hashed files in the bucket: those of the build in keys with
// an empty text, and those of builds before it with the date, such as
// "2026-12-24", from which S3 deletes them. previous is what the run before
// returned. A file gets its date when it leaves the build, and keeps it, so that
// a run without a new build changes nothing; past dates go with the next new
// build. today is in UTC, as S3's days are.
func keptAssets(previous any, keys []string, today time.Time, days int) map[string]string {
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

// forgetDeleted drops the files that S3 has had a month to delete, and those
// above maxKept, the earliest first.
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
		if i >= maxKept || assets[key] < oldest {
			delete(assets, key)
		}
	}
}
