package infra

import (
	"strings"

	"api-auth-jwt-auth0/infra/bucket"
	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/policy"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AccessLogs is the private bucket for the access logs of the distribution, the
// site's bucket and the buckets that handlers use.
type AccessLogs struct{ pulumi.ResourceState }

// The key prefixes of the logs in the bucket. CloudWatch determines the first.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
const (
	distributionLogs = "AWSLogs/"
	siteLogs         = "s3/"
	usedLogs         = "buckets/" // followed by the name of the bucket that handlers use
)

// A loggedBucket is a bucket with server access logging.
type loggedBucket struct {
	name   string // the logical name of its logging
	sid    string // of the statement that allows S3 to write; empty for none
	prefix string // of the logs' keys
	bucket pulumi.StringInput
	arn    pulumi.StringOutput
}

// loggedBuckets returns the site's bucket and the buckets that handlers use.
func loggedBuckets(site *Site, used []usedBucket) []loggedBucket {
	all := []loggedBucket{{name: "site", sid: "BucketLogs", prefix: siteLogs, bucket: site.Bucket.ID(), arn: site.Bucket.Arn}}
	for _, b := range used {
		all = append(all, loggedBucket{name: "bucket-" + b.name, prefix: usedLogs + b.name + "/", bucket: b.bucket, arn: b.arn})
	}
	return all
}

// distributionFields are the logged fields of each request. Query strings, cookies
// and referrers are left out on purpose: Auth0 sends authorization codes to the
// site in the query string.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
var distributionFields = []string{
	"date", "time", "c-ip", "cs-method", "cs-protocol", "cs-protocol-version", "x-host-header", "cs-uri-stem",
	"cs(User-Agent)", "sc-status", "sc-bytes", "sc-content-type", "time-taken", "x-edge-location",
	"x-edge-request-id", "x-edge-result-type", "x-edge-detailed-result-type", "ssl-protocol", "ssl-cipher",
}

// newAccessLogs registers standard logging (v2) of the distribution and server
// access logging of the buckets, all into one bucket that deletes them after the
// stack's retention. Standard logging (legacy) cannot be used: it needs
// access control lists, which the bucket does not have.
func newAccessLogs(ctx *pulumi.Context, cfg Config, site *Site, used []usedBucket, inUSEast1 pulumi.ResourceOption) error {
	logs := &AccessLogs{}
	if err := kind.Register(ctx, "AccessLogs", "access-logs", logs); err != nil {
		return err
	}
	store, err := newBucket(ctx, cfg, "logs", logs)
	if err != nil {
		return err
	}
	if err := bucket.NewLifecycle(ctx, "logs", store, retention(cfg.LogRetentionDays)); err != nil {
		return err
	}
	source, err := cloudwatch.NewLogDeliverySource(ctx, resourceName(ctx, "site"), &cloudwatch.LogDeliverySourceArgs{
		LogType:     pulumi.String("ACCESS_LOGS"),
		ResourceArn: site.Distribution.Arn,
		Tags:        tags(ctx),
	}, pulumi.Parent(logs), inUSEast1)
	if err != nil {
		return err
	}
	buckets := loggedBuckets(site, used)
	allowed, err := newLogsPolicy(ctx, store, buckets, source)
	if err != nil {
		return err
	}
	for _, b := range buckets {
		_, err := s3.NewBucketLoggingV2(ctx, b.name, &s3.BucketLoggingV2Args{
			Bucket:       b.bucket,
			TargetBucket: store.ID(),
			TargetPrefix: pulumi.String(b.prefix),
		}, pulumi.Parent(logs), pulumi.DependsOn([]pulumi.Resource{allowed}))
		if err != nil {
			return err
		}
	}
	return newDelivery(ctx, logs, store, source, allowed, inUSEast1)
}

func retention(days int) s3.BucketLifecycleConfigurationV2RuleArray {
	return s3.BucketLifecycleConfigurationV2RuleArray{bucket.Expiration("retention", days), bucket.UnfinishedUploads()}
}

// newDelivery sends the distribution's logs to the bucket. The bucket's policy must
// exist first: CloudWatch refuses a bucket that it may not write to.
func newDelivery(ctx *pulumi.Context, parent pulumi.Resource, bucket *s3.BucketV2, source *cloudwatch.LogDeliverySource, allowed pulumi.Resource, inUSEast1 pulumi.ResourceOption) error {
	destination, err := cloudwatch.NewLogDeliveryDestination(ctx, resourceName(ctx, "site"), &cloudwatch.LogDeliveryDestinationArgs{
		OutputFormat: pulumi.String("json"),
		DeliveryDestinationConfiguration: cloudwatch.LogDeliveryDestinationDeliveryDestinationConfigurationArgs{
			DestinationResourceArn: bucket.Arn,
		},
		Tags: tags(ctx),
	}, pulumi.Parent(parent), inUSEast1)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewLogDelivery(ctx, "site", &cloudwatch.LogDeliveryArgs{
		DeliverySourceName:     source.Name,
		DeliveryDestinationArn: destination.Arn,
		RecordFields:           pulumi.ToStringArray(distributionFields),
		Tags:                   tags(ctx),
	}, pulumi.Parent(parent), inUSEast1, pulumi.DependsOn([]pulumi.Resource{allowed}))
	return err
}

// newLogsPolicy allows the two services to write, each only for the stack's
// distribution or buckets and below its own prefix. It grants no read access.
func newLogsPolicy(ctx *pulumi.Context, store *s3.BucketV2, buckets []loggedBucket, source *cloudwatch.LogDeliverySource) (*s3.BucketPolicy, error) {
	inputs := []any{store.Arn, source.Arn}
	for _, b := range buckets {
		inputs = append(inputs, b.arn)
	}
	document := pulumi.All(inputs...).ApplyT(func(arns []any) (string, error) {
		storeARN, sourceARN := arns[0].(string), arns[1].(string)
		account := strings.Split(sourceARN, ":")[4]
		statements := []policy.Statement{distributionWrites(storeARN, sourceARN, account)}
		for i, b := range buckets {
			statements = append(statements, bucketWrites(storeARN, b, arns[2+i].(string), account))
		}
		return policy.Text(append(statements, policy.DenyPlain("s3:*", storeARN, storeARN+"/*"))...)
	}).(pulumi.StringOutput)
	return s3.NewBucketPolicy(ctx, "logs", &s3.BucketPolicyArgs{
		Bucket: store.ID(),
		Policy: document,
	}, pulumi.Parent(store))
}

func distributionWrites(storeARN, sourceARN, account string) policy.Statement {
	return policy.Statement{
		Sid: "DistributionLogs", Effect: "Allow", Principal: &policy.Principal{Service: "delivery.logs.amazonaws.com"},
		Action: []string{"s3:PutObject"}, Resource: []string{storeARN + "/" + distributionLogs + account + "/*"},
		Condition: policy.Condition{
			"StringEquals": {"aws:SourceAccount": account, "s3:x-amz-acl": "bucket-owner-full-control"},
			"ArnLike":      {"aws:SourceArn": sourceARN},
		},
	}
}

func bucketWrites(storeARN string, b loggedBucket, bucketARN, account string) policy.Statement {
	return policy.Statement{
		Sid: b.sid, Effect: "Allow", Principal: &policy.Principal{Service: "logging.s3.amazonaws.com"},
		Action: []string{"s3:PutObject"}, Resource: []string{storeARN + "/" + b.prefix + "*"},
		Condition: policy.Condition{
			"StringEquals": {"aws:SourceAccount": account},
			"ArnLike":      {"aws:SourceArn": bucketARN},
		},
	}
}
