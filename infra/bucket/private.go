// Package bucket declares the stack's private S3 buckets: those of the program itself, and
// those that handlers use.
package bucket

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// PrivateArgs are the properties in which private buckets differ.
type PrivateArgs struct {
	ResourceName string // the logical name of the bucket, from which its physical name is derived
	Name         string // the logical name of the resources that belong to it
	Protect      bool   // keep it; otherwise destroying the stack empties and deletes it
	Tags         pulumi.StringMap
}

// NewPrivate registers a private, encrypted bucket.
func NewPrivate(ctx *pulumi.Context, args PrivateArgs, parent pulumi.Resource) (*s3.BucketV2, error) {
	bucket, err := s3.NewBucketV2(ctx, args.ResourceName, &s3.BucketV2Args{
		ForceDestroy: pulumi.Bool(!args.Protect),
		Tags:         args.Tags,
	}, pulumi.Parent(parent), pulumi.Protect(args.Protect))
	if err != nil {
		return nil, err
	}
	_, err = s3.NewBucketPublicAccessBlock(ctx, args.Name, &s3.BucketPublicAccessBlockArgs{
		Bucket:                bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, pulumi.Parent(bucket))
	if err != nil {
		return nil, err
	}
	_, err = s3.NewBucketOwnershipControls(ctx, args.Name, &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.ID(),
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, pulumi.Parent(bucket))
	if err != nil {
		return nil, err
	}
	_, err = s3.NewBucketServerSideEncryptionConfigurationV2(ctx, args.Name, &s3.BucketServerSideEncryptionConfigurationV2Args{
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

// NewLifecycle registers a bucket's lifecycle rules.
func NewLifecycle(ctx *pulumi.Context, name string, bucket *s3.BucketV2, rules s3.BucketLifecycleConfigurationV2RuleArray) error {
	_, err := s3.NewBucketLifecycleConfigurationV2(ctx, name, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules:  rules,
	}, pulumi.Parent(bucket))
	return err
}

// Expiration deletes every object after days.
func Expiration(id string, days int) s3.BucketLifecycleConfigurationV2RuleArgs {
	return s3.BucketLifecycleConfigurationV2RuleArgs{
		Id:         pulumi.String(id),
		Status:     pulumi.String("Enabled"),
		Filter:     s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
		Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(days)},
	}
}

// UnfinishedUploads deletes the parts of uploads that were never completed, which
// are billed but not listed.
func UnfinishedUploads() s3.BucketLifecycleConfigurationV2RuleArgs {
	return s3.BucketLifecycleConfigurationV2RuleArgs{
		Id:     pulumi.String("unfinished-uploads"),
		Status: pulumi.String("Enabled"),
		Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
		AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(7),
		},
	}
}
