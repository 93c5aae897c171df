package console

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/journal"
)

const (
	jwtHead = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0."
	jwtTail = "c2lnbmF0dXJl_signature-here"
)

// TestMaskedEventIsSentAgain: the shown event can be saved and sent again. Only its
// secrets are missing, whatever characters they have.
func TestMaskedEventIsSentAgain(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for name, test := range map[string]struct{ event, want string }{
		"numbers, order and spaces": {`{ "z":1.0e2, "a":12345678901234567890, "z":[ null,true ] }`, `{ "z":1.0e2, "a":12345678901234567890, "z":[ null,true ] }`},
		"signs in a cookie":         {`{"cookies":["prefs=[1]","session=SECRET"],"n":1}`, `{"cookies":["•••","•••"],"n":1}`},
		"a quote in a token":        {`{"headers":{"authorization":"Bearer ab\"SECRET"}}`, `{"headers":{"authorization":"Bearer •••"}}`},
		"an answer to a challenge":  {`{"headers":{"authorization":"Digest a=\"b\", response=\"SECRET\""}}`, `{"headers":{"authorization":"Digest •••"}}`},
		"a bare token":              {`{"headers":{"Authorization":"opaqueSECRET"}}`, `{"headers":{"Authorization":"•••"}}`},
		"a proxy's credentials":     {`{"headers":{"proxy-authorization":"Basic SECRET","cookie":"a=SECRET"}}`, `{"headers":{"proxy-authorization":"Basic •••","cookie":"•••"}}`},
		"several values":            {`{"multiValueHeaders":{"authorization":["Basic SECRET","SECRET"]}}`, `{"multiValueHeaders":{"authorization":["Basic •••","•••"]}}`},
		"an encrypted token":        {`{"headers":{"authorization":"Bearer ` + jwtHead[:20] + `..SECRET.SECRET.SECRET"}}`, `{"headers":{"authorization":"Bearer ` + jwtHead[:20] + `..•••"}}`},
		"an escaped name":           {`{"headers":{"\u0061uthorization":"SECRET"}}`, `{"headers":{"\u0061uthorization":"•••"}}`},
		"a token in a body":         {`{"body":"<a&b> {\"t\":\"` + jwtHead + `SECRET\"}"}`, `{"body":"<a&b> {\"t\":\"` + jwtHead + `•••\"}"}`},
		"a token as a name":         {`{"queryStringParameters":{"` + jwtHead + `SECRET":""}}`, `{"queryStringParameters":{"` + jwtHead + `•••":""}}`},
	} {
		s.recorder.Request(&journal.Entry{ID: "odd", Physical: "p", Event: []byte(test.event), Output: []byte(test.event)})
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

// TestSavedEventSaysWhatIsMasked, and has no control character as it is.
func TestSavedEventSaysWhatIsMasked(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const event = "{\"headers\":{\"cookie\":\"a=SECRET\",\"x\":\"\u202e\x7f\u009b\"},\"body\":\"Y29kZV92ZXJpZmllcj1TRUNSRVQtMDEyMzQ1Njc4OQ==\"}"
	s.recorder.Request(&journal.Entry{ID: "odd", Physical: "p", Event: []byte(event), Path: "/\u202e\x1b[2J"})
	_, body := s.ask(t, "GET", "/api/requests/odd", "")
	var got detailView
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.EventMasked, []string{"headers.cookie", "body"}) {
		t.Errorf("got %q in %s", got.EventMasked, got.Event)
	}
	if !strings.Contains(got.Event, `"\u202e\u007f\u009b"`) {
		t.Errorf("got %q", got.Event)
	}
	if got := viewRequest(&journal.Entry{Path: "/\u202e\x1b[2J"}).Path; got != `/\u202e\x1b[2J` {
		t.Errorf("got %q", got)
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
