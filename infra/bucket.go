package infra

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/bucket"
	"api-auth-jwt-auth0/infra/policy"
)

// newBucket registers one of the program's own private buckets.
func newBucket(ctx *pulumi.Context, cfg Config, name string, parent pulumi.Resource) (*s3.BucketV2, error) {
	return bucket.NewPrivate(ctx, bucket.PrivateArgs{
		ResourceName: resourceName(ctx, name), Name: name, Protect: cfg.Protect, Tags: tags(ctx),
	}, parent)
}

// newBucketPolicy allows only this distribution to read the bucket. It may also list it, so
// that S3 answers a missing file with 404 instead of 403; a visitor cannot list, since the
// distribution's cache policy forwards no query string.
func newBucketPolicy(ctx *pulumi.Context, bucket *s3.BucketV2, distribution *cloudfront.Distribution) error {
	document := pulumi.All(bucket.Arn, distribution.Arn).ApplyT(func(arns []any) (string, error) {
		return bucketPolicy(arns[0].(string), arns[1].(string))
	}).(pulumi.StringOutput)
	_, err := s3.NewBucketPolicy(ctx, "site", &s3.BucketPolicyArgs{
		Bucket: bucket.ID(),
		Policy: document,
	}, pulumi.Parent(bucket))
	return err
}

func bucketPolicy(bucketARN, distributionARN string) (string, error) {
	distribution := &policy.Principal{Service: "cloudfront.amazonaws.com"}
	thisOne := map[string]map[string]string{"StringEquals": {"AWS:SourceArn": distributionARN}}
	return policy.Text(
		policy.Statement{
			Sid: "DistributionReads", Effect: "Allow", Principal: distribution, Condition: thisOne,
			Action: []string{"s3:GetObject"}, Resource: []string{bucketARN + "/*"},
		},
		policy.Statement{
			Sid: "DistributionLists", Effect: "Allow", Principal: distribution, Condition: thisOne,
			Action: []string{"s3:ListBucket"}, Resource: []string{bucketARN},
		},
		policy.DenyPlain("s3:*", bucketARN, bucketARN+"/*"),
	)
}
