package console

import (
	"encoding/json"
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
		"an encrypted token":    {"t=" + jwtHead[:20] + "..IV.CT.TAG. Done", "t=" + jwtHead[:20] + ".." + hidden + ". Done"},
		"a piece of an event":   {`got "headers": {"Cookie": "a=\"]SECRET", "authorization" : "Bearer ab\"SECRET`, `got "headers": {"Cookie": "` + hidden + `", "authorization" : "Bearer ` + hidden},
		"a piece of lists":      {`"cookies" : [ "a=[1]", "b=SECRET" ], "Set-Cookie":["c=SECRET`, `"cookies" : ["` + hidden + `"], "Set-Cookie":["` + hidden + `"`},
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
		"Authorization":    {"Basic c2VjcmV0", "Bearer " + jwtHead + jwtTail, "opaqueSECRET123456", "SECRET two", jwtHead + jwtTail},
		"www-authenticate": {`Bearer scope="read:private" error="invalid_token"`},
		"Accept":           {"*/*"},
	})
	want := [][2]string{
		{"accept", "*/*"}, {"authorization", "Basic " + hidden}, {"authorization", "Bearer " + jwtHead + hidden},
		{"authorization", hidden}, {"authorization", hidden}, {"authorization", jwtHead + hidden},
		{"cookie", hidden}, {"set-cookie", hidden}, {"set-cookie", hidden},
		{"www-authenticate", `Bearer scope="read:private" error="invalid_token"`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMaskedEventIsSentAgain: what of an event is shown can be saved and sent
// again. Only its secrets are gone, whatever signs they have in them.
func TestMaskedEventIsSentAgain(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for name, test := range map[string]struct{ event, want string }{
		"numbers, order and spaces": {`{ "z":1.0e2, "a":12345678901234567890, "z":[ null,true ] }`, `{ "z":1.0e2, "a":12345678901234567890, "z":[ null,true ] }`},
		"signs in a cookie":         {`{"cookies":["prefs=[1]","session=SECRET"],"n":1}`, `{"cookies":["•••","•••"],"n":1}`},
		"a quote in a token":        {`{"headers":{"authorization":"Bearer ab\"SECRET"}}`, `{"headers":{"authorization":"Bearer •••"}}`},
		"an answer to a challenge":  {`{"headers":{"authorization":"Digest a=\"b\", response=\"SECRET\""}}`, `{"headers":{"authorization":"Digest •••"}}`},
		"a bare token":              {`{"headers":{"Authorization":"opaqueSECRET"}}`, `{"headers":{"Authorization":"•••"}}`},
		"a proxy's credentials":     {`{"headers":{"proxy-authorization":"Basic SECRET","cookie":"a=SECRET"}}`, `{"headers":{"proxy-authorization":"•••","cookie":"•••"}}`},
		"several values":            {`{"multiValueHeaders":{"authorization":["Basic SECRET","SECRET"]}}`, `{"multiValueHeaders":{"authorization":["Basic •••","•••"]}}`},
		"an encrypted token":        {`{"headers":{"authorization":"Bearer ` + jwtHead[:20] + `..SECRET.SECRET.SECRET"}}`, `{"headers":{"authorization":"Bearer ` + jwtHead[:20] + `..•••"}}`},
		"an escaped name":           {`{"headers":{"\u0061uthorization":"SECRET"}}`, `{"headers":{"\u0061uthorization":"•••"}}`},
		"a token in a body":         {`{"body":"<a&b> {\"t\":\"` + jwtHead + `SECRET\"}"}`, `{"body":"<a&b> {\"t\":\"` + jwtHead + `•••\"}"}`},
		"a token as a name":         {`{"queryStringParameters":{"` + jwtHead + `SECRET":""}}`, `{"queryStringParameters":{"` + jwtHead + `•••":""}}`},
	} {
		s.recorder.Request(Request{ID: "odd", Physical: "p", Event: []byte(test.event), Output: []byte(test.event)})
		_, body := s.ask(t, "GET", "/api/requests/odd", "")
		var got detailView
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		if got.Event != test.want || got.Output != test.want {
			t.Errorf("%s: expected %s, got %s and %s", name, test.want, got.Event, got.Output)
		}
		order, _ := json.Marshal(map[string]string{"event": got.Event})
		if response, answer := s.ask(t, "POST", "/api/requests/odd/replay", string(order), s.own()...); response.StatusCode != http.StatusOK {
			t.Errorf("%s, sent again: got %d %s", name, response.StatusCode, answer)
		}
	}
}

// TestOtherSecretsAreShown: a secret under a name of somebody's own cannot be
// told from other texts.
func TestOtherSecretsAreShown(t *testing.T) {
	t.Parallel()
	const event = `{"rawQueryString":"key=opaque","headers":{"x-api-key":"opaque"},"body":"{\"password\":\"opaque\"}"}`
	if got := maskedJSON([]byte(event)); got != event {
		t.Errorf("got %s", got)
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

// FuzzMaskedJSON: no credential and no cookie survives, and what is left is the
// same JSON, which masking again does not change.
func FuzzMaskedJSON(f *testing.F) {
	f.Add("Bearer ", "")
	f.Add(`Digest a="`, `", b=]`)
	f.Add(`prefs=[1]\`, "\xff")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "SECRET-5"
		if strings.Contains(before, "eyJ") {
			return // in the part of a token that may be read
		}
		value := before + secret + after
		event, err := json.Marshal(map[string]any{
			"headers": map[string]string{"authorization": value, "proxy-authorization": value, "cookie": value},
			"cookies": []string{value, value}, "other": after,
		})
		if err != nil {
			t.Fatal(err)
		}
		once := maskedJSON(event)
		if !json.Valid([]byte(once)) || strings.Contains(once, secret) && !strings.Contains(after, "SECRET") {
			t.Errorf("got %q", once)
		}
		if again := maskedJSON([]byte(once)); again != once {
			t.Errorf("masked again: expected %q, got %q", once, again)
		}
	})
}
