package infra

import (
	"strings"
	"testing"
)

func TestLabelIsShortAndPlain(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string]string{
		"dev":                        "dev",
		"Feature_X.1":                "feature-x-1",
		"...":                        "stack",
		"--a--":                      "a",
		strings.Repeat("x", 100):     strings.Repeat("x", maxLabel),
		"nineteen-characters-and-on": "nineteen-characters",
	} {
		if got := label(stack); got != want {
			t.Errorf("%q: expected the label %q, got %q", stack, want, got)
		}
	}
}
