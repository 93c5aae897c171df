package infra

import "testing"

func TestFormerLabel(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string]string{
		"dev": "dev", "Feature_X.1": "feature-x-1", "...": "stack", "--a--": "a", "nineteen-characters-and-on": "nineteen-characters",
	} {
		if got := formerLabel(stack); got != want {
			t.Errorf("%q: expected the label %q, got %q", stack, want, got)
		}
	}
}
