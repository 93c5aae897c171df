package auth0

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestClientsNeedAGrant: an API's policy decides which clients get tokens for
// the people who sign in, and a client grant with which scopes.
func TestClientsNeedAGrant(t *testing.T) {
	t.Parallel()
	const unauthorized = `Client "` + spa + `" is not authorized to access resource server "` + audience + `".`
	policy := func(policy string) func(*setup) {
		return func(c *setup) { c.APIs[0].UserPolicy = policy }
	}
	without := func(c *setup) { c.ClientGrants = c.ClientGrants[1:] }
	for _, tt := range []struct {
		name    string
		changes []func(*setup)
		scope   string // of the token; "" if refused
	}{
		{"no policy, granted", nil, "openid read:private"},
		{"no policy, no grant", []func(*setup){without}, ""},
		{"grant required and there", []func(*setup){policy(PolicyRequireGrant)}, "openid read:private"},
		{"grant required, another client has one", []func(*setup){policy(PolicyRequireGrant), without}, ""},
		{"grant of no scopes", []func(*setup){func(c *setup) { c.ClientGrants[0].Scopes = nil }}, "openid"},
		{"open to all", []func(*setup){policy(PolicyAllowAll), without}, "openid read:private"},
		{"closed to all", []func(*setup){policy(PolicyDenyAll)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := start(t, tt.changes...).browser()
			if tt.scope != "" {
				if got := b.signedIn("scope", "openid read:private").Scope; got != tt.scope {
					t.Errorf("expected scope %q, got %q", tt.scope, got)
				}
				return
			}
			want := url.Values{"error": {"invalid_request"}, "error_description": {unauthorized}, "state": {"the state"}}
			if diff := cmp.Diff(want, b.callback(b.authorize())); diff != "" {
				t.Error(diff)
			}
			if got := b.signedIn("audience", "", "scope", "openid"); got.AccessToken == "" {
				t.Error("expected a token without an API")
			}
		})
	}
}

// TestGrantTakenAway: a reload that takes a client grant, or a scope of it, takes
// effect at the next refresh, and for a code that was issued before.
func TestGrantTakenAway(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	tokens := b.signedIn()
	code := b.callback(b.authorize()).Get("code")
	cfg := f.cfg.Config
	cfg.ClientGrants = []ClientGrant{{ClientID: spa, Audience: audience}}
	f.reload(cfg)
	refreshed := b.tokens(b.refresh(tokens.RefreshToken))
	if refreshed.Scope != "openid profile email offline_access" {
		t.Errorf("scope gone: got %q", refreshed.Scope)
	}
	cfg.ClientGrants = nil
	f.reload(cfg)
	const want = `{"error":"invalid_request","error_description":"Client \"` + spa + `\" is not authorized to access resource server \"` + audience + `\"."}`
	for name, got := range map[string]answer{"refresh": b.refresh(refreshed.RefreshToken), "code": b.exchange(code)} {
		if got.status != 403 || got.body != want {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
}
