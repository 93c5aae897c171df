package redact

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzText plants a secret in a place, between any texts, inside two encodings: it
// cannot be read in what is shown.
func FuzzText(f *testing.F) {
	places, encodings := slices.Sorted(maps.Keys(plantings)), slices.Sorted(maps.Keys(layers))
	for i := range places {
		f.Add("before", "after", uint(i), uint(i), uint(i*7))
	}
	f.Add(`url="x`, `"`, uint(1), uint(0), uint(0))
	f.Add(`{"a":[`, `]`, uint(2), uint(1), uint(0))
	f.Fuzz(func(t *testing.T, before, after string, place, outer, inner uint) {
		name := places[place%uint(len(places))]
		encode := func(i uint, text string) string { return layers[encodings[i%uint(len(encodings))]](text) }
		if strings.Contains(before+after, "planted") || !utf8.ValidString(before+after) {
			return
		}
		whole := before + "\n" + encode(outer, encode(inner, plantings[name](planted))) + "\n" + after
		if got := Text(whole); shows(got, planted, 5) {
			t.Errorf("%s:\n%s\nis shown as\n%s", name, whole, got)
		}
		if got, _ := JSON([]byte(text(whole))); !json.Valid([]byte(got)) || shows(got, planted, 5) {
			t.Errorf("%s in a JSON string is shown as\n%s", name, got)
		}
	})
}

// FuzzJSON: masked JSON is the same except for strings, and as JSON that is a text.
func FuzzJSON(f *testing.F) {
	f.Add(`{"headers":{"authorization":"Bearer x"},"cookies":["a"],"password":1e5}`)
	f.Add(`[{"a":"eyJ.eyJ.x"},null,1.50,"\u202e"]`)
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return
		}
		once, _ := JSON([]byte(text))
		if shown := Text(text); shown != once {
			t.Errorf("%q became %q as JSON, and %q as a text", text, once, shown)
		}
		if !json.Valid([]byte(once)) || !json.Valid([]byte(PrintableJSON(once))) {
			t.Errorf("%q became %q", text, once)
		}
		if escaped := PrintableJSON(once); strings.ContainsFunc(escaped, func(c rune) bool { return c != '\r' && c != '\n' && unprintable(c) }) {
			t.Errorf("%q has control characters", escaped)
		}
	})
}

// FuzzLines: a token broken at any place shows no piece of its signature.
func FuzzLines(f *testing.F) {
	f.Add("before ", " after", uint(10), uint(50))
	f.Fuzz(func(t *testing.T, before, after string, first, second uint) {
		tail := strings.Repeat("SIGNATURE-", 20)
		token := jwtHead + tail
		a := int(first % uint(len(token)))
		b := a + int(second%uint(len(token)-a))
		var lines Lines
		var shown string
		for _, line := range []string{before + " " + token[:a], token[a:b], token[b:] + " " + after} {
			shown += Text(lines.Line("f", line)) + "\n"
		}
		if strings.Count(shown, "SIGNATURE-SIGNATURE-") > strings.Count(before+after, "SIGNATURE-SIGNATURE-") {
			t.Errorf("got %q", shown)
		}
	})
}
