package infra

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The shortest limits of names that the provider makes are 60 characters, of a
// log delivery's source, 63, of a bucket, and 64, of a function and its role;
// each ends with a dash and seven digits. Their short names are those of
// infra/site.go and infra/accesslogs.go, or made to fit.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const (
	maxProjectLabel = 20
	maxStackLabel   = 16
	maxFunctionName = 64 - len("-0123456")
	maxShortName    = 34 // of a handler
)

// separator stands between project, stack and short name. No label has two
// dashes in a row, so that a policy for the names of one stack, such as
// "shop--dev--*", reaches those of no other.
const separator = "--"

// named is the logical name of a resource whose physical one the provider makes
// of it. It starts with the project and the stack, so that the resources of an
// account are told apart at sight, and by policies. The pattern of
// pulumi:autonaming could not do this: a stack's name may have a hundred
// characters, and dots, and patterns shorten nothing.
func named(ctx *pulumi.Context, name string) string {
	return prefix(ctx) + name
}

// namedToFit is named for a function or its role: a handler's name that is too
// long for them is shortened.
func namedToFit(ctx *pulumi.Context, handler string) string {
	return prefix(ctx) + label(handler, maxFunctionName-len(prefix(ctx)))
}

func prefix(ctx *pulumi.Context) string {
	return label(ctx.Project(), maxProjectLabel) + separator + label(ctx.Stack(), maxStackLabel) + separator
}

// label is what names show of a name: lower-case letters, digits and single
// dashes. One that is made of these alone, and no longer than limit, stays as it
// is. Of any other the label ends with digits of its own, so that no two names
// share one.
func label(name string, limit int) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool {
		return !('a' <= c && c <= 'z' || '0' <= c && c <= '9')
	})
	plain := strings.Join(words, "-")
	if plain == name && len(plain) <= limit {
		return plain
	}
	sum := sha256.Sum256([]byte(name))
	digits := hex.EncodeToString(sum[:3])
	if rest := limit - len(digits) - len("-"); len(plain) > rest {
		plain = plain[:rest]
	}
	return strings.TrimLeft(strings.TrimRight(plain, "-")+"-"+digits, "-")
}

// keepFormerNames lets the resources of a stack that was deployed when names
// held the stack alone stay as they are, with the physical names that they have.
// Otherwise each of them would be replaced, the API and the buckets too.
func keepFormerNames(ctx *pulumi.Context) error {
	return ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		short, ok := strings.CutPrefix(args.Name, prefix(ctx))
		if !ok {
			return nil
		}
		former := pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(formerLabel(ctx.Stack()) + "-" + short)}})
		return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: append(args.Opts, former)}
	})
}

// formerLabel is what names showed of a stack's name.
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
