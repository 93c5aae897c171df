package redact

import (
	"strings"
	"testing"
)

// TestTokenOverLines: wherever a token is broken, 16 characters of its signature
// or more are masked on each line.
func TestTokenOverLines(t *testing.T) {
	t.Parallel()
	tail := strings.Repeat("abcdefgh", 20)
	token := jwtHead + tail
	for first := 1; first < len(token); first++ {
		for _, second := range []int{len(token), first + (len(token)-first)/2} {
			var lines Lines
			var shown []string
			for _, line := range []string{"token: " + token[:first], token[first:second], token[second:] + " done"} {
				shown = append(shown, Text(lines.Line("f", line)))
				lines.Line("g", "another stream")
			}
			for i := range len(tail) - minRest {
				if strings.Contains(strings.Join(shown, "\n"), tail[i:i+minRest]) {
					t.Fatalf("broken at %d and %d: got %q", first, second, shown)
				}
			}
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	var lines Lines
	for _, test := range []struct{ line, want string }{
		{"sent " + jwtHead + jwtTail, "sent " + jwtHead + Mark},
		{"done", "done"},
		{`  "cookies": [`, `  "cookies": [`},
		{`    "a=SECRET",`, `    "` + Mark + `",`},
		{`    "b=SECRET"`, `    "` + Mark + `"`},
		{`  ], "x": "shown"`, `  ], "x": "shown"`},
		{`  "y": "shown"`, `  "y": "shown"`},
		{`"routes": [`, `"routes": [`},
		{`"shown"`, `"shown"`},
		{"-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----" + Mark},
		{"MIISECRET", Mark},
		{"SECRET==", Mark},
		{"-----END RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"},
		{"shown", "shown"},
		{"key: -----BEGIN PRIVATE KEY-----SECRET-----END PRIVATE KEY-----", "key: -----BEGIN PRIVATE KEY-----" + Mark + "-----END PRIVATE KEY-----"},
		{"shown", "shown"},
	} {
		if got := Text(lines.Line("f", test.line)); got != test.want {
			t.Errorf("%s: expected %s, got %s", test.line, test.want, got)
		}
	}
}

// TestLinesAreBounded: unfinished secrets take bounded memory.
func TestLinesAreBounded(t *testing.T) {
	t.Parallel()
	var lines Lines
	for range 100 {
		lines.Line("f", strings.Repeat("eyJ", 1000))
	}
	if open := lines.open["f"]; len(open.token) > maxToken {
		t.Errorf("%d bytes are kept", len(open.token))
	}
	for i := range 3 * maxStreams {
		lines.Line(strings.Repeat("x", i), "eyJ")
	}
	if len(lines.open) > maxStreams {
		t.Errorf("%d streams are kept", len(lines.open))
	}
}
