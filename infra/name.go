package infra

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The shortest limit of a name that the providers make is 63 characters, of a
// bucket (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html);
// it holds the label, a dash, a short name, and a dash with seven digits.
const (
	maxLabel     = 20
	maxShortName = 63 - maxLabel - len("-") - len("-0123456")
)

// named is the logical name of a resource whose physical one the provider makes
// of it. It starts with the stack, so that two stacks of one account are told
// apart at sight. The pattern of pulumi:autonaming could not do this: a stack's
// name may have a hundred characters, and dots, and patterns shorten nothing.
func named(ctx *pulumi.Context, name string) string { return label(ctx.Stack()) + "-" + name }

// label is what names show of a stack's name: at most maxLabel lower-case
// letters, digits and dashes. Two stacks may share a label; the digits at the
// end of a name, and the tags, tell them apart.
func label(stack string) string {
	words := strings.FieldsFunc(strings.ToLower(stack), func(c rune) bool {
		return !('a' <= c && c <= 'z' || '0' <= c && c <= '9')
	})
	short := strings.Join(words, "-")
	if len(short) > maxLabel {
		short = strings.Trim(short[:maxLabel], "-")
	}
	if short == "" {
		return "stack"
	}
	return short
}
