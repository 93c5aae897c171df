package infra

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/naming"
)

// The lowest limits for names that the provider generates are 60 characters for a
// log delivery's source, 63 for a bucket, and 64 for a function and its role; each
// name ends with a dash and seven digits. The short names of the first two are in
// infra/site.go and infra/accesslogs.go; those of functions are shortened.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const (
	maxFunctionName = 64 - len("-0123456")
	maxShortName    = 34 // of a handler
)

// resourceName returns the logical name of a resource whose physical name the provider
// derives from it. It starts with the project and the stack, so that people and
// policies can distinguish the resources of an account. The pattern of
// pulumi:autonaming could not do this: a stack's name may have a hundred
// characters, and dots, and patterns do not shorten names.
func resourceName(ctx *pulumi.Context, name string) string {
	return prefix(ctx) + name
}

// functionResourceName is resourceName for a function or its role: a handler's
// name that is too long for them is shortened.
func functionResourceName(ctx *pulumi.Context, handler string) string {
	return prefix(ctx) + naming.Label(handler, maxFunctionName-len(prefix(ctx)))
}

func prefix(ctx *pulumi.Context) string { return naming.Prefix(ctx.Project(), ctx.Stack()) }

// aliasFormerNames keeps the resources of a stack that was deployed when names
// contained the stack but not the project, with their physical names. Without it,
// each of them would be replaced, including the API and the buckets.
func aliasFormerNames(ctx *pulumi.Context) error {
	return ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		short, ok := strings.CutPrefix(args.Name, prefix(ctx))
		if !ok {
			return nil
		}
		former := pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(formerLabel(ctx.Stack()) + "-" + short)}})
		return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: append(args.Opts, former)}
	})
}

// formerLabel returns the stack as former names contained it.
func formerLabel(stack string) string {
	const limit = 20
	words := strings.FieldsFunc(strings.ToLower(stack), func(c rune) bool {
		return !('a' <= c && c <= 'z' || '0' <= c && c <= '9')
	})
	short := strings.Join(words, "-")
	if len(short) > limit {
		short = strings.Trim(short[:limit], "-")
	}
	if short == "" {
		return "stack"
	}
	return short
}
