package redact

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	jwtHead = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0."
	jwtTail = "c2lnbmF0dXJl_signature-here"
)

func TestText(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"a token in an event":   {`{"authorization":"Bearer ` + jwtHead + jwtTail + `","x":1}`, `{"authorization":"Bearer ` + jwtHead + Mark + `","x":1}`},
		"a token in a query":    {"access_token=" + jwtHead + jwtTail + "&b=2", "access_token=" + jwtHead + Mark + "&b=2"},
		"an opaque token":       {`{"authorization":"Bearer abc.def"}`, `{"authorization":"Bearer ` + Mark + `"}`},
		"two tokens":            {jwtHead + jwtTail + " " + jwtHead + jwtTail, jwtHead + Mark + " " + jwtHead + Mark},
		"cookies":               {`{"cookies":["session=secret","b=c"],"headers":{}}`, `{"cookies":["` + Mark + `","` + Mark + `"],"headers":{}}`},
		"an encrypted token":    {"t=" + jwtHead[:20] + "..IV.CT.TAG. Done", "t=" + jwtHead[:20] + ".." + Mark + ". Done"},
		"a piece of an event":   {`got "headers": {"Cookie": "a=\"]SECRET", "authorization" : "Bearer ab\"SECRET`, `got "headers": {"Cookie": "` + Mark + `", "authorization" : "Bearer ` + Mark},
		"a piece of lists":      {`"cookies" : [ "a=[1]", "b=SECRET" ], "Set-Cookie":["c=SECRET`, `"cookies" : [ "` + Mark + `" ], "Set-Cookie":["` + Mark},
		"a token without one":   {jwtHead, jwtHead},
		"the word bearer alone": {"a bearer", "a bearer"},
		"nothing":               {"plain", "plain"},
	} {
		if got := Text(test.text); got != test.want {
			t.Errorf("%s: expected %s, got %s", name, test.want, got)
		}
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	got := Header(http.Header{
		"Cookie":           {"session=secret"},
		"Set-Cookie":       {"a=secret", "b=secret"},
		"Authorization":    {"Basic c2VjcmV0", "Bearer " + jwtHead + jwtTail, "opaqueSECRET123456", "SECRET two", jwtHead + jwtTail},
		"www-authenticate": {`Bearer scope="read:private" error="invalid_token"`},
		"Accept":           {"*/*"},
	})
	want := [][2]string{
		{"accept", "*/*"}, {"authorization", "Basic " + Mark}, {"authorization", "Bearer " + jwtHead + Mark},
		{"authorization", Mark}, {"authorization", Mark}, {"authorization", jwtHead + Mark},
		{"cookie", Mark}, {"set-cookie", Mark}, {"set-cookie", Mark},
		{"www-authenticate", `Bearer scope="read:private" error="invalid_token"`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestUnknownSecretsAreShown: a secret under an unknown name cannot be distinguished
// from other texts.
func TestUnknownSecretsAreShown(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"rawQueryString":"pin=opaque","headers":{"x-mine":"opaque"},"body":"{\"door\":\"opaque\"}"}`,
		"GET /orders/opaque?q=token&code=US&token=expired code=E404 HTTP/1.1",
		"password: too short, secret: required, passwords: at least 8, Token: expired",
		"https://localhost:3000/a, http://[::1]:80/@x, mailto:a@b.example, 10:11:12 a@b",
		"<Token>expired</Token><Password/>",
		"a bearer token, Bearer authentication, basic authentication",
		`Bearer scope="read:private" error="invalid_token" error_description="the token has expired"`,
		"eyelash.example.com 2026/11/29 10:11:12 id=0123456789abcdef0123456789abcdef /assets/index-BkP2s4WU.js",
		`{"error":"invalid_grant","code":"INVALID_CUSTOMER_STATE","tokens":12,"token_type":"Bearer","expires_in":86400}`,
	} {
		if got := Text(text); got != text {
			t.Errorf("expected %s, got %s", text, got)
		}
	}
}

// BenchmarkText masks a line of the log of a handler, which has no secret.
func BenchmarkText(b *testing.B) {
	line := `{"time":"2026-11-29T10:11:12.345678901Z","level":"INFO","msg":"greeted","record":{"requestId":"5e5a1e1c-7f0b-4c3e-8a44-0f7d6a0c8c11"},"apiRequestId":"dnQ0Hj0yoAMEJfQ=","subject":"auth0|0123456789abcdef01234567"}`
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if got := Text(line); got != line {
			b.Fatalf("expected no change, got %s", got)
		}
	}
}
