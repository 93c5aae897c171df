package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// TestVerifiedTokenIsCheckedAgain: a token that was accepted is refused once it has expired,
// once its issuer's key is another, and with any other signature or claims.
func TestVerifiedTokenIsCheckedAgain(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	now := testTime
	cfg.Now = func() time.Time { return now }
	g := mustNew(t, cfg)
	send := func(token string) int {
		return do(t, g, "GET", "/api/private", "Authorization", token).StatusCode
	}
	claims := i.with(jsonObject{"exp": testTime.Add(time.Hour).Unix()})
	token := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), claims)
	lasting := sign(t, testKey(), jwt.SigningMethodRS256, goodHeader(), i.with(jsonObject{"exp": testTime.Add(24 * time.Hour).Unix()}))
	for range 2 {
		if first, second := send(token), send(lasting); first != 200 || second != 200 {
			t.Fatalf("expected 200 for both tokens, got %d and %d", first, second)
		}
	}
	parts, others := strings.Split(token, "."), strings.Split(lasting, ".")
	for name, changed := range map[string]string{
		"signature of another": parts[0] + "." + parts[1] + "." + others[2],
		"claims of another":    parts[0] + "." + others[1] + "." + parts[2],
		"no signature":         parts[0] + "." + parts[1] + ".",
	} {
		if got := send(changed); got != 401 {
			t.Errorf("%s: expected 401, got %d", name, got)
		}
	}
	now = testTime.Add(time.Hour)
	if got := send(token); got != 401 {
		t.Errorf("expired: expected 401, got %d", got)
	}
	i.rotate(jwk(testKeyID, otherKey()))
	now = testTime.Add(documentedCaching)
	if got := send(lasting); got != 401 {
		t.Errorf("another key of the same ID: expected 401, got %d", got)
	}
}

// TestVerifiedTokensAreFew, however many an issuer signs.
func TestVerifiedTokensAreFew(t *testing.T) {
	t.Parallel()
	var verified verifiedTokens
	for n := range 10 * maxVerified {
		token := fmt.Sprint("token ", n)
		if verified.has(token) {
			t.Errorf("%s is there before it was added", token)
		}
		if verified.add(token); !verified.has(token) {
			t.Errorf("%s is not there", token)
		}
	}
	if n := len(verified.tokens); n > maxVerified {
		t.Errorf("expected at most %d tokens, got %d", maxVerified, n)
	}
}
