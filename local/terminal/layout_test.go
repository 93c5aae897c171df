package terminal

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"api-auth-jwt-auth0/local/redact"
)

func TestWrappedLines(t *testing.T) {
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
		strings.Repeat("界", 11):                    {strings.Repeat("界", 10), "界"}, // two columns each
		"x" + strings.Repeat("界", 10):              {"x" + strings.Repeat("界", 9), "界"},
		"世界 世界世界世界世界世界":                            {"世界", "世界世界世界世界世界"},
		strings.Repeat("🚀", 11):                    {strings.Repeat("🚀", 10), "🚀"},
		strings.Repeat("e\u0301", 21):              {strings.Repeat("e\u0301", 20), "e\u0301"},
		"a\ttab":                                   {"a    tab"},
		" " + strings.Repeat("y", 20):              {" " + strings.Repeat("y", 19), "y"},
		"a   " + strings.Repeat("z", 20) + "  b":   {"a  ", strings.Repeat("z", 20), "b"},
		"a file-name-with-hyphens.go":              {"a", "file-name-with-hyphe", "ns.go"},
		"not UTF-8: \xff" + strings.Repeat("x", 9): {"not UTF-8:", "\ufffd" + strings.Repeat("x", 9)},
	} {
		if got := page.wrapped(redact.Printable(line), 0); !slices.Equal(got, want) {
			t.Errorf("%q: expected %q, got %q", line, want, got)
		}
	}
}

// TestNothingBreaksInsideAWord of the lines that are there to copy from.
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

// TestRequestColumns: methods and paths of any length and script leave the other
// columns where they are.
func TestRequestColumns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		width        int
		method, path string
		want         string
	}{
		{0, "GET", "/api/orders", "00:00:00 GET     /api/orders              200   10ms  orders warm"},
		{0, "DELETE", "/api/orders", "00:00:00 DELETE  /api/orders              200   10ms  orders warm"},
		{0, "OPTIONS", "/api/orders", "00:00:00 OPTIONS /api/orders              200   10ms  orders warm"},
		{0, "GET", "/api/注文/🚀", "00:00:00 GET     /api/注文/🚀             200   10ms  orders warm"},
		{72, "GET", "/api/" + strings.Repeat("注", 20), "00:00:00 GET     /api/注注注注注注注注注注注注… 200   10ms  orders warm"},
		{50, "GET", "/api/orders", "GET  /api/orders           200   10ms  orders warm"},
		{50, "OPTIONS", "/api/orders", "OPTIONS /api/orders        200   10ms  orders warm"},
	} {
		e := requestEvent{Method: test.method, Path: test.path, Status: 200, Milliseconds: 10, Function: "orders", Start: "warm"}
		got := strings.TrimSuffix(e.text(layout{width: test.width}), "\n")
		if got != test.want || test.width > 0 && ansi.StringWidth(got) > test.width {
			t.Errorf("%d columns, %s %s: expected\n%s\ngot\n%s", test.width, test.method, test.path, test.want, got)
		}
	}
}

// FuzzWrapped checks that no piece is wider than the page, and that only white space
// is lost.
func FuzzWrapped(f *testing.F) {
	f.Add("a line with spaces, wide 世界世界世界世界世界 and e\u0301 letters-with-hyphens", 20)
	f.Fuzz(func(t *testing.T, text string, room int) {
		room = leastRoom + (room&0xff+0xff)%100
		line := strings.ToValidUTF8(redact.Printable(text), "\ufffd")
		var all string
		for _, piece := range (layout{width: room}).wrapped(line, 0) {
			if n := ansi.StringWidth(piece); n > room {
				t.Errorf("%q has %d columns of %d", piece, n, room)
			}
			all += piece
		}
		if got, want := strings.Join(strings.Fields(all), ""), strings.Join(strings.Fields(line), ""); got != want {
			t.Errorf("expected %q, got %q", want, got)
		}
	})
}
