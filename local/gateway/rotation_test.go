package gateway

import (
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// TestRotationUnderFlood rotates an issuer's keys twenty times while clients send
// tokens of the key in use and of the one before it, and others send made-up key
// IDs that use up the fetches. No valid token is refused, and no other is accepted.
func TestRotationUnderFlood(t *testing.T) {
	t.Parallel()
	const rotations = 20
	synctest.Test(t, func(t *testing.T) {
		var generation atomic.Int64
		signers := [2]*rsa.PrivateKey{testKey(), otherKey()}
		tokenOf := func(kid string, n int) string {
			claims := map[string]any{"iss": fakeIssuer, "aud": testAudience, "exp": time.Now().Unix() + 3600, "scope": testScope}
			return sign(t, signers[n&1], jwt.SigningMethodRS256, map[string]any{"alg": "RS256", "kid": kid}, claims)
		}
		var tokens []string
		var published []map[string]any
		for n := range rotations + 1 {
			tokens = append(tokens, tokenOf(fmt.Sprint("key-", n), n))
			published = append(published, jwk(fmt.Sprint("key-", n), signers[n&1]))
		}
		madeUp := tokenOf("made-up", 0)
		handler := floodedHandler(t, func(*http.Request) (*http.Response, error) {
			n := int(generation.Load())
			time.Sleep(5 * time.Millisecond)
			return reply(200, jwks(published[max(n-1, 0):n+1]...))
		})
		var wait sync.WaitGroup
		var accepted, refused atomic.Int64
		client := func(next func() string, want int, count *atomic.Int64) {
			wait.Go(func() {
				for generation.Load() < rotations {
					r := httptest.NewRequest("GET", "/api/private", nil)
					r.Header.Set("Authorization", "Bearer "+next())
					w := httptest.NewRecorder()
					handler.ServeHTTP(w, r)
					if w.Code != want {
						t.Errorf("expected %d, got %d %v", want, w.Code, w.Header())
					}
					count.Add(1)
					time.Sleep(7 * time.Millisecond)
				}
			})
		}
		for range 4 {
			client(func() string { return tokens[generation.Load()] }, 200, &accepted)
			client(func() string { return madeUp }, 401, &refused)
		}
		wait.Go(func() {
			for range rotations {
				time.Sleep(250 * time.Millisecond)
				generation.Add(1)
			}
		})
		wait.Wait()
		t.Logf("%d rotations, %d accepted, %d refused", rotations, accepted.Load(), refused.Load())
		if accepted.Load() < rotations || refused.Load() < rotations {
			t.Errorf("expected more of each, got %d accepted and %d refused", accepted.Load(), refused.Load())
		}
	})
}

// floodedHandler serves an API whose issuer answers without a socket.
func floodedHandler(t *testing.T, keys roundTripper) http.Handler {
	t.Helper()
	cfg := testConfig(&JWTAuthorizer{
		Name: "auth0", Issuer: fakeIssuer, Audiences: []string{testAudience},
		IdentitySource: "$request.header.Authorization",
	})
	cfg.Now = time.Now
	cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == discoverySuffix {
			return reply(200, fakeDiscovery)
		}
		return keys(r)
	})}
	return mustNew(t, cfg).Handler()
}
