package infra

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// globalRegion is where CloudFront reads certificates, and where its logs are set
// up, wherever they are stored.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
const globalRegion = "us-east-1"

// usEast1 returns the option that places a resource in globalRegion. A stack in
// that region uses the default provider.
//
// An explicit provider does not read the stack's aws:* settings: the profile is
// passed on here, and credentials come from the environment as for every other
// resource.
func usEast1(ctx *pulumi.Context, cfg Config) (pulumi.ResourceOption, error) {
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
