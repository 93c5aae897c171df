package infra

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// globalRegion is where CloudFront takes certificates from, and where its logs
// are set up, wherever they are stored.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
const globalRegion = "us-east-1"

// newGlobal returns the option that puts a resource into globalRegion. A stack
// that lives there needs no provider of its own for it.
//
// A provider that is made here takes nothing from the stack's aws:* settings by
// itself: the profile is handed on, and credentials come from the environment
// as for every other resource.
func newGlobal(ctx *pulumi.Context, cfg Config) (pulumi.ResourceOption, error) {
	if cfg.Region == globalRegion {
		return pulumi.Composite(), nil
	}
	args := &aws.ProviderArgs{Region: pulumi.String(globalRegion)}
	if cfg.Profile != "" {
		args.Profile = pulumi.String(cfg.Profile)
	}
	provider, err := aws.NewProvider(ctx, "global", args)
	if err != nil {
		return nil, err
	}
	return pulumi.Provider(provider), nil
}
