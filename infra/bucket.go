package infra

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newBucket registers a private bucket. Destroying the stack empties it, unless
// the stack is protected.
func newBucket(ctx *pulumi.Context, cfg Config, name string, parent pulumi.Resource) (*s3.BucketV2, error) {
	bucket, err := s3.NewBucketV2(ctx, resourceName(ctx, name), &s3.BucketV2Args{
		ForceDestroy: pulumi.Bool(!cfg.Protect),
		Tags:         tags(ctx),
	}, pulumi.Parent(parent), pulumi.Protect(cfg.Protect))
	if err != nil {
		return nil, err
	}
	_, err = s3.NewBucketPublicAccessBlock(ctx, name, &s3.BucketPublicAccessBlockArgs{
		Bucket:                bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, pulumi.Parent(bucket))
	if err != nil {
		return nil, err
	}
	_, err = s3.NewBucketOwnershipControls(ctx, name, &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.ID(),
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, pulumi.Parent(bucket))
	if err != nil {
		return nil, err
	}
	_, err = s3.NewBucketServerSideEncryptionConfigurationV2(ctx, name, &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{
			s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
				ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
					SseAlgorithm: pulumi.String("AES256"),
				},
			},
		},
	}, pulumi.Parent(bucket))
	return bucket, err
}

// newLifecycle registers what S3 deletes automatically.
func newLifecycle(ctx *pulumi.Context, name string, bucket *s3.BucketV2, rules s3.BucketLifecycleConfigurationV2RuleArray) error {
	_, err := s3.NewBucketLifecycleConfigurationV2(ctx, name, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules:  rules,
	}, pulumi.Parent(bucket))
	return err
}

// unfinishedUploads deletes the parts of uploads that were never completed, which
// are billed but not listed.
func unfinishedUploads() s3.BucketLifecycleConfigurationV2RuleArgs {
	return s3.BucketLifecycleConfigurationV2RuleArgs{
		Id:     pulumi.String("unfinished-uploads"),
		Status: pulumi.String("Enabled"),
		Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
		AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(7),
		},
	}
}

// tlsOnly denies all requests without TLS.
func tlsOnly(resources ...string) Statement {
	return Statement{
		Sid: "TLSOnly", Effect: "Deny", Principal: &Principal{AWS: "*"},
		Action: []string{"s3:*"}, Resource: resources,
		Condition: map[string]map[string]string{"Bool": {"aws:SecureTransport": "false"}},
	}
}

// newBucketPolicy lets this distribution, and no other, read the bucket. It may
// also list it, so that S3 answers a missing file with 404 instead of 403; a
// visitor cannot list, since the distribution's cache policy forwards no query
// string.
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
	distribution := &Principal{Service: "cloudfront.amazonaws.com"}
	thisOne := map[string]map[string]string{"StringEquals": {"AWS:SourceArn": distributionARN}}
	return policy(
		Statement{
			Sid: "DistributionReads", Effect: "Allow", Principal: distribution, Condition: thisOne,
			Action: []string{"s3:GetObject"}, Resource: []string{bucketARN + "/*"},
		},
		Statement{
			Sid: "DistributionLists", Effect: "Allow", Principal: distribution, Condition: thisOne,
			Action: []string{"s3:ListBucket"}, Resource: []string{bucketARN},
		},
		tlsOnly(bucketARN, bucketARN+"/*"),
	)
}
