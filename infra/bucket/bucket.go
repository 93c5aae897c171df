package bucket

import (
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/naming"
	"api-auth-jwt-auth0/infra/policy"
)

// A Bucket is a bucket for handlers, as private as the site's own. Its methods for uses are
// called in infra/resources.go.
type Bucket struct {
	name     string
	expires  time.Duration
	origins  []string
	problems []error
}

// New declares a bucket. Its name is in the environment variable <NAME>_BUCKET of the
// handlers that use it.
func New(name string, options ...Option) *Bucket {
	b := &Bucket{name: name}
	for _, option := range options {
		option(b)
	}
	return b
}

// An Option is a part of a bucket's declaration.
type Option func(*Bucket)

// Expires deletes each object a whole number of days after it was written.
func Expires(after time.Duration) Option {
	return func(b *Bucket) {
		b.expires = after
		if after < day || after%day != 0 {
			b.problem("expires objects after %v: expected whole days, such as 30 * 24 * time.Hour", after)
		}
	}
}

const day = 24 * time.Hour

// UploadsFrom lets pages of these origins, such as "https://app.example.com", use
// presigned URLs to upload and download.
func UploadsFrom(origins ...string) Option {
	return func(b *Bucket) {
		b.origins = append(b.origins, origins...)
		for _, origin := range origins {
			if !strings.HasPrefix(origin, "http://localhost:") && !strings.HasPrefix(origin, "https://") || strings.ContainsAny(origin, "*, ") || strings.Count(origin, "/") != 2 {
				b.problem("takes uploads from %q: expected an origin such as https://app.example.com, without path and wildcard", origin)
			}
		}
	}
}

func (b *Bucket) problem(format string, args ...any) {
	b.problems = append(b.problems, fmt.Errorf(format, args...))
}

// Read allows a handler to get and list objects: all, or those whose keys begin with one of
// the prefixes. It does not allow writing.
func (b *Bucket) Read(prefixes ...string) kind.Use {
	grants := []kind.Grant{{Actions: []string{"s3:GetObject"}, On: objects(prefixes)}}
	if len(prefixes) == 0 {
		grants = append(grants, kind.Grant{Actions: []string{"s3:ListBucket"}, On: []string{""}})
	}
	for _, prefix := range prefixes {
		grants = append(grants, kind.Grant{
			Actions: []string{"s3:ListBucket"}, On: []string{""},
			Condition: map[string]map[string]string{"StringLike": {"s3:prefix": prefix + "*"}},
		})
	}
	return kind.Use{Of: b, Grants: grants}
}

// Write allows a handler to put objects: any, or those whose keys begin with one of the
// prefixes. It allows neither reading nor deleting.
func (b *Bucket) Write(prefixes ...string) kind.Use {
	return kind.Use{Of: b, Grants: []kind.Grant{{Actions: []string{"s3:AbortMultipartUpload", "s3:PutObject"}, On: objects(prefixes)}}}
}

// Delete allows a handler to delete objects: any, or those whose keys begin with one of the
// prefixes.
func (b *Bucket) Delete(prefixes ...string) kind.Use {
	return kind.Use{Of: b, Grants: []kind.Grant{{Actions: []string{"s3:DeleteObject"}, On: objects(prefixes)}}}
}

// objects returns patterns for the objects with these prefixes, to append to the bucket's
// ARN.
func objects(prefixes []string) (on []string) {
	if len(prefixes) == 0 {
		return []string{"/*"}
	}
	for _, prefix := range prefixes {
		on = append(on, "/"+prefix+"*")
	}
	return on
}

func (b *Bucket) variable() string { return naming.Variable(b.name) + "_BUCKET" }

// Declaration implements kind.Resource.
func (b *Bucket) Declaration() kind.Declaration {
	d := kind.Declaration{Kind: "bucket", Name: b.name, Variables: []string{b.variable()}, Problems: b.problems}
	if err := kind.CheckName(b.name); err != nil {
		d.Problems = append(d.Problems, err)
	}
	for _, own := range []string{"logs", "site"} {
		if b.name == own || strings.HasPrefix(b.name, own+"-") {
			d.Problems = append(d.Problems, fmt.Errorf("has the name of the stack's own bucket %q, or begins like it, which the policies for handlers deny: rename it", own))
		}
	}
	return d
}

// maxName: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const maxName = 63

// component is a bucket in the stack's tree.
type component struct{ pulumi.ResourceState }

// Deploy implements kind.Resource.
func (b *Bucket) Deploy(ctx *pulumi.Context, s kind.Stack) (*kind.Deployed, error) {
	c := &component{}
	if err := kind.Register(ctx, "Bucket", b.name, c); err != nil {
		return nil, err
	}
	bucket, err := NewPrivate(ctx, PrivateArgs{
		ResourceName: s.ResourceName(b.name, maxName), Name: b.name, Protect: s.Protect, Tags: s.Tags(),
	}, c)
	if err != nil {
		return nil, err
	}
	rules := s3.BucketLifecycleConfigurationV2RuleArray{UnfinishedUploads()}
	if b.expires != 0 {
		rules = append(rules, Expiration("expiration", int(b.expires/day)))
	}
	if err := NewLifecycle(ctx, b.name, bucket, rules); err != nil {
		return nil, err
	}
	if err := b.newPolicy(ctx, bucket); err != nil {
		return nil, err
	}
	if err := b.newCORS(ctx, bucket); err != nil {
		return nil, err
	}
	return &kind.Deployed{
		ARN: bucket.Arn, Bucket: bucket.Bucket,
		Variables: map[string]pulumi.StringOutput{b.variable(): bucket.Bucket},
	}, ctx.RegisterResourceOutputs(c, pulumi.Map{"name": bucket.Bucket})
}

func (b *Bucket) newPolicy(ctx *pulumi.Context, bucket *s3.BucketV2) error {
	document := bucket.Arn.ApplyT(func(arn string) (string, error) {
		return policy.Text(policy.DenyPlain("s3:*", arn, arn+"/*"))
	}).(pulumi.StringOutput)
	_, err := s3.NewBucketPolicy(ctx, b.name, &s3.BucketPolicyArgs{Bucket: bucket.ID(), Policy: document}, pulumi.Parent(bucket))
	return err
}

// newCORS allows pages of the origins to use presigned URLs.
func (b *Bucket) newCORS(ctx *pulumi.Context, bucket *s3.BucketV2) error {
	if len(b.origins) == 0 {
		return nil
	}
	_, err := s3.NewBucketCorsConfigurationV2(ctx, b.name, &s3.BucketCorsConfigurationV2Args{
		Bucket: bucket.ID(),
		CorsRules: s3.BucketCorsConfigurationV2CorsRuleArray{s3.BucketCorsConfigurationV2CorsRuleArgs{
			AllowedOrigins: pulumi.ToStringArray(b.origins),
			AllowedMethods: pulumi.ToStringArray([]string{"GET", "POST", "PUT"}),
			AllowedHeaders: pulumi.ToStringArray([]string{"*"}),
			ExposeHeaders:  pulumi.ToStringArray([]string{"ETag"}),
		}},
	}, pulumi.Parent(bucket))
	return err
}
