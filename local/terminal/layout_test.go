package terminal

import (
	"slices"
	"strings"
	"testing"
)

func TestBrokenLines(t *testing.T) {
	t.Parallel()
	page := layout{width: 20}
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

// TestNothingBreaksInsideAWord of the lines that people copy from.
func TestNothingBreaksInsideAWord(t *testing.T) {
	t.Parallel()
	e := Ready{Site: "http://localhost:3000", API: "http://localhost:3001/api", Tenant: "http://localhost:3002", Console: "http://localhost:3003",
		Email: "dev@example.com", Password: "local-password"}
	for _, width := range []int{60, 80, 100} {
		text := e.text(layout{width: width})
		for _, line := range strings.Split(text, "\n") {
			if len(line) > width {
				t.Errorf("%d columns: %q is too wide", width, line)
			}
		}
		if !strings.Contains(text, "local-password") || !strings.Contains(text, "dev@example.com") {
			t.Errorf("%d columns: a word is broken:\n%s", width, text)
		}
	}
}
