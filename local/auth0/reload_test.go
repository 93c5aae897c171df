package auth0

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestReload(t *testing.T) {
	t.Parallel()
	f := &fixture{T: t, clock: &clock{}, cfg: testSetup("http://localhost:3002/")}
	var err error
	if f.tenant, err = newTenant(f.cfg.Options, testKeys); err != nil {
		t.Fatal(err)
	}
	handler := f.tenant.Handler()
	expect := func(when string, want int) {
		t.Helper()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/authorize?"+authRequestValues().Encode(), nil))
		if w.Code != want {
			t.Errorf("%s: expected %d, got %d", when, want, w.Code)
		}
	}
	expect("before the first commit", http.StatusServiceUnavailable)
	w := httptest.NewRecorder() // which an API needs before the tenant serves
	if handler.ServeHTTP(w, httptest.NewRequest("GET", "/.well-known/jwks.json", nil)); w.Code != http.StatusOK {
		t.Errorf("keys before the first commit: expected 200, got %d", w.Code)
	}
	commit, err := f.tenant.Prepare(t.Context(), f.cfg.Config)
	if err != nil {
		t.Fatal(err)
	}
	expect("prepared", http.StatusServiceUnavailable)
	commit()
	expect("committed", http.StatusFound)
	if _, err := f.tenant.Prepare(t.Context(), Config{APIs: []API{{}}}); err == nil {
		t.Error("expected an API without an identifier to be refused")
	}
	empty, err := f.tenant.Prepare(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	expect("a refused one and a prepared one", http.StatusFound)
	f.reload(f.cfg.Config)
	expect("an equal one", http.StatusFound)
	empty()
	expect("one without clients", http.StatusBadRequest)
}

func TestReloadKeepsPeopleSignedIn(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	tokens := b.signedIn()
	cfg := f.cfg.Config
	cfg.Clients = append([]Client{}, cfg.Clients...)
	cfg.Clients[0].Callbacks = []string{site + "/new"}
	cfg.APIs = append([]API{}, cfg.APIs...)
	cfg.APIs[0].Scopes = nil
	cfg.ClientGrants = []ClientGrant{{ClientID: spa, Audience: audience}}
	f.reload(cfg)
	if got := b.authorize(); got.status != http.StatusForbidden {
		t.Errorf("old callback: got %d", got.status)
	}
	if got := b.authorize("redirect_uri", site+"/new"); got.status != http.StatusFound {
		t.Errorf("new callback, still signed in: got %d", got.status)
	}
	if got := b.tokens(b.refresh(tokens.RefreshToken)); strings.Contains(got.Scope, "read:private") {
		t.Errorf("a scope that is gone: got %q", got.Scope)
	}
}

func TestRemovedCallbackEndsPendingLogin(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	page := b.authorize()
	cfg := f.cfg.Config
	cfg.Clients, cfg.ClientGrants = []Client{{ID: spa, GrantTypes: []string{grantCode}}}, nil
	f.reload(cfg)
	got := b.submit(page, "email", email, "password", password)
	if got.status != http.StatusForbidden || !strings.Contains(got.body, "Callback URL mismatch") {
		t.Errorf("got %d %s", got.status, got.body)
	}
}
