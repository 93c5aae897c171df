package console

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	jwtHead = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0."
	jwtTail = "c2lnbmF0dXJl_signature-here"
)

func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"a token in an event":   {`{"authorization":"Bearer ` + jwtHead + jwtTail + `","x":1}`, `{"authorization":"Bearer ` + jwtHead + hidden + `","x":1}`},
		"a token in a query":    {"access_token=" + jwtHead + jwtTail + "&b=2", "access_token=" + jwtHead + hidden + "&b=2"},
		"an opaque token":       {`{"authorization":"Bearer abc.def"}`, `{"authorization":"Bearer ` + hidden + `"}`},
		"two tokens":            {jwtHead + jwtTail + " " + jwtHead + jwtTail, jwtHead + hidden + " " + jwtHead + hidden},
		"cookies":               {`{"cookies":["session=secret","b=c"],"headers":{}}`, `{"cookies":["` + hidden + `"],"headers":{}}`},
		"a token without one":   {jwtHead, jwtHead},
		"the word bearer alone": {"a bearer", "a bearer"},
		"nothing":               {"plain", "plain"},
	} {
		if got := masked(test.text); got != test.want {
			t.Errorf("%s: expected %s, got %s", name, test.want, got)
		}
	}
}

func TestSecretHeadersAreMasked(t *testing.T) {
	t.Parallel()
	got := maskedHeader(http.Header{
		"Cookie":           {"session=secret"},
		"Set-Cookie":       {"a=secret", "b=secret"},
		"Authorization":    {"Basic c2VjcmV0", "Bearer " + jwtHead + jwtTail},
		"www-authenticate": {`Bearer scope="read:private" error="invalid_token"`},
		"Accept":           {"*/*"},
	})
	want := [][2]string{
		{"accept", "*/*"}, {"authorization", "Basic " + hidden}, {"authorization", "Bearer " + jwtHead + hidden},
		{"cookie", hidden}, {"set-cookie", hidden}, {"set-cookie", hidden},
		{"www-authenticate", `Bearer scope="read:private" error="invalid_token"`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLongAndBinaryTexts(t *testing.T) {
	t.Parallel()
	if got := shown([]byte("\xff\x00\x01")); got != "(binary, 3 bytes)" {
		t.Errorf("got %q", got)
	}
	got := shown([]byte(strings.Repeat("ä", maxBody)))
	if !strings.HasSuffix(got, "ä\n… and 64.0 KiB more") || len(got) > maxBody+40 {
		t.Errorf("expected a cut, got %d bytes that end in %q", len(got), got[len(got)-30:])
	}
}

// FuzzMasked: no signature survives, whatever stands around it, and masking
// twice changes nothing.
func FuzzMasked(f *testing.F) {
	f.Add(`{"authorization":"Bearer `, `","cookies":["a"]}`)
	f.Add("", "")
	f.Fuzz(func(t *testing.T, before, after string) {
		once := masked(before + " " + jwtHead + jwtTail + " " + after)
		if strings.Contains(once, jwtTail) && !strings.Contains(before+after, jwtTail) {
			t.Errorf("the signature is in %q", once)
		}
	})
}
