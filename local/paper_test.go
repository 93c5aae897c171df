package main

import (
	"slices"
	"strings"
	"testing"
)

func TestBrokenLines(t *testing.T) {
	t.Parallel()
	page := paper{width: 20}
	for line, want := range map[string][]string{
		"":                                         {""},
		"it has room":                              {"it has room"},
		"twenty columns wide.":                     {"twenty columns wide."},
		"twenty columns wide. and":                 {"twenty columns wide.", "and"},
		"broken at the last space":                 {"broken at the last", "space"},
		strings.Repeat("x", 41):                    {strings.Repeat("x", 20), strings.Repeat("x", 20), "x"},
		strings.Repeat("é", 21):                    {strings.Repeat("é", 20), "é"},
		" " + strings.Repeat("y", 20):              {" " + strings.Repeat("y", 19), "y"},
		"a   " + strings.Repeat("z", 20) + "  b":   {"a  ", strings.Repeat("z", 20), "b"},
		"not UTF-8: \xff" + strings.Repeat("x", 9): {"not UTF-8:", "\ufffd" + strings.Repeat("x", 9)},
	} {
		if got := page.broken(line, 0); !slices.Equal(got, want) {
			t.Errorf("%q: expected %q, got %q", line, want, got)
		}
	}
}
