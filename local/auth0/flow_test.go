package auth0

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTokensAsAuth0ShapesThem(t *testing.T) {
	t.Parallel()
	f := start(t)
	got := f.browser().signedIn()
	if got.ExpiresIn != 3600 || got.TokenType != "Bearer" || got.Scope != scopes || got.RefreshToken == "" {
		t.Errorf("answer: got %+v", got)
	}
	header, access := payload(t, got.AccessToken)
	if header["typ"] != "JWT" || header["alg"] != "RS256" || header["kid"] == "" {
		t.Errorf("access token header: got %v", header)
	}
	iat := float64(f.now().Unix())
	want := map[string]any{
		"iss": f.cfg.Issuer, "sub": f.user.ID, "aud": []any{audience, f.cfg.Issuer + "userinfo"},
		"iat": iat, "exp": iat + 3600, "scope": scopes, "azp": spa,
	}
	if diff := cmp.Diff(want, access); diff != "" {
		t.Error(diff)
	}
	_, id := payload(t, got.IDToken)
	if sid, _ := id["sid"].(string); len(sid) != 32 {
		t.Errorf("sid: got %q", sid)
	}
	delete(id, "sid")
	want = map[string]any{
		"iss": f.cfg.Issuer, "sub": f.user.ID, "aud": spa, "iat": iat, "exp": iat + 36000, "nonce": "the nonce",
		"name": "A Person", "nickname": "person", "email": email, "email_verified": true,
		"picture":    f.cfg.Issuer + "avatars/" + f.user.avatar() + ".svg",
		"updated_at": f.user.UpdatedAt.Format("2006-01-02T15:04:05.000Z"),
	}
	if diff := cmp.Diff(want, id); diff != "" {
		t.Error(diff)
	}
}

func TestOpaqueWithoutAudience(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	got := b.signedIn("audience", "", "scope", "openid email")
	if strings.Contains(got.AccessToken, ".") || got.ExpiresIn != 86400 {
		t.Errorf("expected an opaque token for a day, got %+v", got)
	}
	if info := b.userinfo(got.AccessToken); info.status != 200 || !strings.Contains(info.body, email) {
		t.Errorf("userinfo: got %d %s", info.status, info.body)
	}
}

func TestAudienceWithoutOpenID(t *testing.T) {
	t.Parallel()
	_, claims := payload(t, start(t).browser().signedIn("scope", "read:private").AccessToken)
	if claims["aud"] != audience {
		t.Errorf("aud: expected a plain string without openid, got %v", claims["aud"])
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	offline := func(c *setup) { c.APIs[0].AllowOfflineAccess = false }
	noRefresh := func(c *setup) { c.Clients[0].GrantTypes = []string{grantCode} }
	for _, tt := range []struct {
		name, requested, want string
		change                func(*setup)
	}{
		{"unknown ones are dropped", "openid admin read:private", "openid read:private", nil},
		{"repeated ones are given once", "openid openid", "openid", nil},
		{"none requested", "", "", nil},
		{"offline access the API does not allow", "openid offline_access", "openid", offline},
		{"offline access the client cannot use", "openid offline_access", "openid", noRefresh},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, func(c *setup) {
				if tt.change != nil {
					tt.change(c)
				}
			})
			got := f.browser().signedIn("scope", tt.requested)
			if got.Scope != tt.want || got.RefreshToken != "" || (got.IDToken != "") != (tt.want != "") {
				t.Errorf("expected scope %q, got %+v", tt.want, got)
			}
		})
	}
}

func TestJSONTokenRequest(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	code := b.signIn().Get("code")
	body := `{"grant_type":"authorization_code","client_id":"` + spa + `","code":"` + code +
		`","redirect_uri":"` + site + `","code_verifier":"` + verifier + `"}`
	got := b.tokens(b.do("POST", b.cfg.Issuer+"oauth/token", body, "Content-Type", "application/json"))
	if got.IDToken == "" {
		t.Errorf("got %+v", got)
	}
}

func TestSilentLogin(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	silent := []string{"prompt", "none", "response_mode", "web_message"}
	refused := b.authorize(silent...)
	if !strings.Contains(refused.body, `"error":"login_required","error_description":"Login required","state":"the state"`) {
		t.Errorf("signed out: got %s", refused.body)
	}
	b.signIn()
	got := b.authorize(silent...)
	if !strings.Contains(got.body, `response: {"code":"`) || !strings.Contains(got.body, `}, "http://localhost:3000"`) {
		t.Errorf("signed in: got %s", got.body)
	}
	policy := got.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors "+site) || !strings.Contains(policy, "script-src 'nonce-") || got.header.Get("X-Frame-Options") != "" {
		t.Errorf("headers: got %v", got.header)
	}
	if got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("cache-control: got %q", got.header.Get("Cache-Control"))
	}
}

func TestPrompts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		request   []string
		after     time.Duration
		wantLogin bool
	}{
		{"signed in", nil, 0, false},
		{"login", []string{"prompt", "login"}, 0, true},
		{"select_account", []string{"prompt", "select_account"}, 0, true},
		{"within max_age", []string{"max_age", "60"}, 59 * time.Second, false},
		{"beyond max_age", []string{"max_age", "60"}, time.Minute, true},
		{"max_age zero", []string{"max_age", "0"}, 0, true},
		{"session at its idle end", nil, sessionIdleLifetime, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := start(t).browser()
			b.signIn()
			b.advance(tt.after)
			got := b.authorize(tt.request...)
			if asked := got.url.Path == "/u/login"; asked != tt.wantLogin {
				t.Fatalf("login page: expected %v, got %v", tt.wantLogin, got.url)
			}
			if tt.wantLogin {
				got = b.submit(got, "email", email, "password", password)
			}
			tokens := b.tokens(b.exchange(b.callback(got).Get("code")))
			_, id := payload(t, tokens.IDToken)
			if _, found := id["auth_time"]; found != strings.Contains(tt.name, "max_age") {
				t.Errorf("auth_time: got %v", id["auth_time"])
			}
		})
	}
}

func TestSessionEndsAbsolutely(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.signIn()
	for range 4 {
		b.advance(sessionLifetime / 4)
		if got := b.authorize(); got.status == http.StatusOK {
			return
		}
	}
	t.Error("expected the login page after the session's lifetime")
}

func TestLogout(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, query string
		status      int
		location    string
		wantOut     bool
	}{
		{"exact", "client_id=" + spa + "&returnTo=" + url.QueryEscape(site), 302, site, true},
		{"without returnTo", "client_id=" + spa, 302, site, true},
		{"without anything", "", 200, "", true},
		{"trailing slash", "client_id=" + spa + "&returnTo=" + url.QueryEscape(site+"/"), 400, "", false},
		{"elsewhere", "client_id=" + spa + "&returnTo=https://evil.example", 400, "", false},
		{"no client", "returnTo=" + url.QueryEscape(site), 400, "", false},
		{"unknown client", "client_id=x&returnTo=" + url.QueryEscape(site), 400, "", false},
		{"repeated", "client_id=" + spa + "&returnTo=" + url.QueryEscape(site) + "&returnTo=x", 400, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := start(t).browser()
			b.signIn()
			got := b.get("v2/logout?" + tt.query)
			if got.status != tt.status || got.header.Get("Location") != tt.location {
				t.Errorf("got %d %q", got.status, got.header.Get("Location"))
			}
			if out := b.authorize().status == http.StatusOK; out != tt.wantOut {
				t.Errorf("signed out: expected %v, got %v", tt.wantOut, out)
			}
		})
	}
}

// TestLogoutPage: without a redirect, a person sees what happened, on a page like
// the others.
func TestLogoutPage(t *testing.T) {
	t.Parallel()
	got := start(t).browser().get("v2/logout")
	for _, want := range []string{`<html lang="en">`, "<title>Signed out</title>", "<main>", "<h1>Signed out</h1>"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("expected %s in %s", want, got.body)
		}
	}
	if csp := got.header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("expected a page that is neither framed nor kept, got %v", got.header)
	}
}
