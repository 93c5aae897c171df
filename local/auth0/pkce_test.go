package auth0

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

// TestPKCEDowngrade: what a thief of a code knows from the address bar is not
// enough for the exchange. A request to /authorize by plain, or without a
// challenge, is refused by TestAuthorizeRefusals.
func TestPKCEDowngrade(t *testing.T) {
	t.Parallel()
	challenge := authRequestValues().Get("code_challenge")
	for _, tt := range []struct {
		name    string
		changes []string
		status  int
		want    string
	}{
		{"no verifier", []string{"code_verifier", ""}, 400, `{"error":"invalid_request","error_description":"Missing required parameter: code_verifier"}`},
		{"the challenge, as plain would have it", []string{"code_verifier", challenge}, 403, refusedVerifier},
		{"the challenge, and plain named", []string{"code_verifier", challenge, "code_challenge_method", "plain"}, 403, refusedVerifier},
		{"another challenge named", []string{"code_verifier", strings.Repeat("a", 43), "code_challenge", "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA", "code_challenge_method", "S256"}, 403, refusedVerifier},
		{"the verifier with a character more", []string{"code_verifier", verifier + "k"}, 403, refusedVerifier},
		{"the verifier in other case", []string{"code_verifier", strings.ToLower(verifier)}, 403, refusedVerifier},
		{"the verifier decoded", []string{"code_verifier", decoded(t, verifier)}, 400, `{"error":"invalid_request","error_description":"The parameters are not UTF-8"}`},
		{"a verifier longer than allowed", []string{"code_verifier", strings.Repeat("a", 129)}, 403, refusedVerifier},
		{"a newline behind", []string{"code_verifier", verifier + "\n"}, 403, refusedVerifier},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := start(t).browser()
			code := b.signIn().Get("code")
			if got := b.exchange(code, tt.changes...); got.status != tt.status || got.body != tt.want {
				t.Errorf("expected %d %s, got %d %s", tt.status, tt.want, got.status, got.body)
			}
			// A refusal for the verifier spends the code: there is one guess.
			want := http.StatusOK
			if tt.status == http.StatusForbidden {
				want = http.StatusForbidden
			}
			if again := b.exchange(code); again.status != want {
				t.Errorf("the right verifier after that: expected %d, got %d %s", want, again.status, again.body)
			}
		})
	}
}

func decoded(t *testing.T, s string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
