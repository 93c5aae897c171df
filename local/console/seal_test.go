package console

import "testing"

// TestSeal: a text is sealed the same each time in one run, and nothing else opens.
func TestSeal(t *testing.T) {
	t.Parallel()
	s := newSeal()
	const text = `{"sessionId":{"S":"a"}}`
	sealed, again := s.close(text), s.close(text)
	if sealed != again || sealed == s.close(text+" ") || sealed == newSeal().close(text) {
		t.Error("expected the same seal for the same text of a run alone")
	}
	if got, err := s.open(s.close(text)); got != text || err != nil {
		t.Errorf("got %q and %v", got, err)
	}
	for name, sealed := range map[string]string{
		"of another run": newSeal().close(text), "short": "AAAA", "no base64": "{}", "cut": s.close(text)[:20],
	} {
		if got, err := s.open(sealed); err == nil || got != "" {
			t.Errorf("%s: got %q and %v", name, got, err)
		}
	}
	if s.close("") != "" {
		t.Error("expected an empty text as it is")
	}
}

// FuzzSealOpens only what it has sealed.
func FuzzSealOpens(f *testing.F) {
	s := newSeal()
	f.Add(s.close("a"))
	f.Add("")
	f.Fuzz(func(t *testing.T, sealed string) {
		if got, err := s.open(sealed); err == nil && got != "a" && got != "" {
			t.Errorf("%q opens as %q", sealed, got)
		}
	})
}
