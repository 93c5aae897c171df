package gateway

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestPrepareKeepsKeysAndBuckets where the issuer and the limits stay.
func TestPrepareKeepsKeysAndBuckets(t *testing.T) {
	t.Parallel()
	first, second := newIssuer(t, jwk(testKeyID, testKey())), newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(first.authorizer())
	cfg.Stages = []Stage{{Name: "api", ThrottleRate: 1, ThrottleBurst: 2}}
	g, err := New(cfg.Options)
	if err != nil {
		t.Fatal(err)
	}
	mustPrepare(t, g, cfg.Config)()
	mustAnswer(t, g, "/api/public", 200, 200, 429)

	mustPrepare(t, g, copied(cfg.Config))() // an equal one
	mustAnswer(t, g, "/api/public", 429)

	cfg.Config = copied(cfg.Config)
	cfg.Routes = append(cfg.Routes, Route{Key: "GET /a", Function: named(functionOutput(hello))}) // sorts before the others
	mustPrepare(t, g, cfg.Config)()
	if n := first.fetches.Load(); n != 1 {
		t.Errorf("expected the keys to be fetched once, got %d times", n)
	}
	mustAnswer(t, g, "/api/public", 429)
	mustAnswer(t, g, "/api/a", 200, 200, 429)

	cfg.Config = copied(cfg.Config)
	cfg.Stages[0].ThrottleBurst = 3
	cfg.Routes[1].Authorizer = second.authorizer()
	mustPrepare(t, g, cfg.Config)()
	if n := second.fetches.Load(); n != 1 {
		t.Errorf("expected another issuer's keys to be fetched, got %d times", n)
	}
	mustAnswer(t, g, "/api/public", 200, 200, 200, 429)
}

// TestPrepareNeedsNoIssuerForOldKeys: if it cannot be reached, only the requests
// that need keys fail, not the next configuration.
func TestPrepareNeedsNoIssuerForOldKeys(t *testing.T) {
	t.Parallel()
	now := testTime
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Now = func() time.Time { return now }
	g, err := New(cfg.Options)
	if err != nil {
		t.Fatal(err)
	}
	mustPrepare(t, g, cfg.Config)()
	now = now.Add(2 * keyCacheTime)
	next := copied(cfg.Config)
	next.ID = "another"
	mustPrepare(t, g, next)()
	if n := i.fetches.Load(); n != 1 {
		t.Errorf("expected one fetch, got %d", n)
	}
}

// TestPrepareChangesNothing before its commit, whether it succeeds or fails.
func TestPrepareChangesNothing(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	g := mustNew(t, cfg)
	next := copied(cfg.Config)
	next.Routes[0].Key = "GET /moved"
	commit := mustPrepare(t, g, next)
	bad := copied(cfg.Config)
	bad.Routes[0].Key = "nothing"
	if _, err := g.Prepare(t.Context(), bad); err == nil {
		t.Error("expected an error")
	}
	mustAnswer(t, g, "/api/public", 200)
	mustAnswer(t, g, "/api/moved", 404)
	commit()
	mustAnswer(t, g, "/api/public", 404)
	mustAnswer(t, g, "/api/moved", 200)
}

func TestHandlerBeforeTheFirstCommit(t *testing.T) {
	t.Parallel()
	g, err := New(Options{Invoke: invoke})
	if err != nil {
		t.Fatal(err)
	}
	response := do(t, g, http.MethodGet, "/api/public")
	if body := readAll(t, response.Body); response.StatusCode != 503 || !strings.Contains(body, "starting") {
		t.Errorf("expected 503 and a reason, got %d %q", response.StatusCode, body)
	}
}

func TestNewNeedsInvoke(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{}); err == nil || !strings.Contains(err.Error(), "Invoke") {
		t.Errorf("expected an error that names Invoke, got %v", err)
	}
}

// copied shares nothing with cfg that the tests change.
func copied(cfg Config) Config {
	cfg.Stages = append([]Stage{}, cfg.Stages...)
	cfg.Routes = append([]Route{}, cfg.Routes...)
	return cfg
}

func mustPrepare(t *testing.T, g *Gateway, cfg Config) (commit func()) {
	t.Helper()
	commit, err := g.Prepare(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return commit
}

func mustAnswer(t *testing.T, g *Gateway, target string, statuses ...int) {
	t.Helper()
	for i, want := range statuses {
		if got := do(t, g, "GET", target).StatusCode; got != want {
			t.Errorf("%s, request %d: expected %d, got %d", target, i+1, want, got)
		}
	}
}
