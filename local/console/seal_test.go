package console

import "testing"

// TestSeal: a text is sealed the same each time in one run, and nothing else opens.
func TestSeal(t *testing.T) {
	t.Parallel()
	s := newSealer()
	const text = `{"sessionId":{"S":"a"}}`
	sealed, again := s.seal(text), s.seal(text)
	if sealed != again || sealed == s.seal(text+" ") || sealed == newSealer().seal(text) {
		t.Error("expected the same seal for the same text within a run, and another one otherwise")
	}
	if got, err := s.open(s.seal(text)); got != text || err != nil {
		t.Errorf("got %q and %v", got, err)
	}
	for name, sealed := range map[string]string{
		"of another run": newSealer().seal(text), "short": "AAAA", "no base64": "{}", "cut": s.seal(text)[:20],
	} {
		if got, err := s.open(sealed); err == nil || got != "" {
			t.Errorf("%s: got %q and %v", name, got, err)
		}
	}
	if s.seal("") != "" {
		t.Error("expected an empty text as it is")
	}
}

// FuzzSealOpens only what it has sealed.
func FuzzSealOpens(f *testing.F) {
	s := newSealer()
	f.Add(s.seal("a"))
	f.Add("")
	f.Fuzz(func(t *testing.T, sealed string) {
		if got, err := s.open(sealed); err == nil && got != "a" && got != "" {
			t.Errorf("%q opens as %q", sealed, got)
		}
	})
}
