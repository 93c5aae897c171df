package gateway

import (
	"testing"
	"time"
)

// TestNextGoesOnWithKeysAndBuckets where the issuer and the limits stay.
func TestNextGoesOnWithKeysAndBuckets(t *testing.T) {
	t.Parallel()
	first, second := newIssuer(t, jwk(testKeyID, testKey())), newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(first.authorizer())
	cfg.Stages = []Stage{{Name: "api", ThrottleRate: 1, ThrottleBurst: 2}}
	g := mustNew(t, cfg)
	mustFetch(t, g)
	mustAnswer(t, g, "/api/public", 200, 200, 429)

	cfg.Routes = append(cfg.Routes, Route{Key: "GET /a", Invoke: functionOutput(hello)}) // sorts before the others
	g = mustNext(t, g, cfg)
	mustFetch(t, g)
	if n := first.fetches.Load(); n != 1 {
		t.Errorf("expected the keys to be fetched once, got %d times", n)
	}
	mustAnswer(t, g, "/api/public", 429)
	mustAnswer(t, g, "/api/a", 200, 200, 429)

	cfg.Stages[0].ThrottleBurst = 3
	cfg.Routes[1].Authorizer = second.authorizer()
	g = mustNext(t, g, cfg)
	mustFetch(t, g)
	if n := second.fetches.Load(); n != 1 {
		t.Errorf("expected another issuer's keys to be fetched, got %d times", n)
	}
	mustAnswer(t, g, "/api/public", 200, 200, 200, 429)
}

// TestNextNeedsNoIssuerForOldKeys: where it cannot be reached, only the requests
// that need keys fail, and not what takes the gateway's place.
func TestNextNeedsNoIssuerForOldKeys(t *testing.T) {
	t.Parallel()
	now := testTime
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Now = func() time.Time { return now }
	g := mustNew(t, cfg)
	mustFetch(t, g)
	now = now.Add(2 * keyCacheTime)
	mustFetch(t, mustNext(t, g, cfg))
	if n := i.fetches.Load(); n != 1 {
		t.Errorf("expected one fetch, got %d", n)
	}
}

func mustNext(t *testing.T, g *Gateway, cfg Config) *Gateway {
	t.Helper()
	next, err := g.Next(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func mustFetch(t *testing.T, g *Gateway) {
	t.Helper()
	if err := g.FetchKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func mustAnswer(t *testing.T, g *Gateway, target string, statuses ...int) {
	t.Helper()
	for i, want := range statuses {
		if got := do(t, g, "GET", target).StatusCode; got != want {
			t.Errorf("%s, request %d: expected %d, got %d", target, i+1, want, got)
		}
	}
}
