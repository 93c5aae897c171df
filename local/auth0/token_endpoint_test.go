package auth0

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestTokenRefusals: every refusal of /oauth/token that needs no history.
func TestTokenRefusals(t *testing.T) {
	t.Parallel()
	f := start(t)
	json := []string{"Content-Type", "application/json"}
	form := []string{"Content-Type", formType}
	post := func(body string) string { return "client_id=" + spa + "&" + body }
	code := post("grant_type=authorization_code&code=x&redirect_uri=" + site + "&code_verifier=" + verifier)
	for _, tt := range []struct {
		name, body string
		headers    []string
		status     int
		want       string
	}{
		{"empty", "", form, 400, `{"error":"invalid_request","error_description":"Missing required parameter: client_id"}`},
		{"no grant type", post(""), form, 400, `{"error":"invalid_request","error_description":"Missing required parameter: grant_type"}`},
		{"unknown client", "client_id=x&grant_type=refresh_token", form, 401, `{"error":"access_denied","error_description":"Unauthorized"}`},
		{"client secret", code + "&client_secret=x", form, 401, `{"error":"access_denied","error_description":"Unauthorized"}`},
		{"client assertion", code + "&client_assertion=x", form, 401, `{"error":"access_denied","error_description":"Unauthorized"}`},
		{"basic authentication", code, append([]string{"Authorization", "Basic eDp5"}, form...), 401, `{"error":"access_denied","error_description":"Unauthorized"}`},
		{"a proof of a key", code, append([]string{"DPoP", "x.y.z"}, form...), 400, `{"error":"invalid_request","error_description":"DPoP is not supported"}`},
		{"an empty proof", code, append([]string{"DPoP", ""}, form...), 400, `{"error":"invalid_request","error_description":"DPoP is not supported"}`},
		{"unknown grant type", post("grant_type=magic"), form, 403, `{"error":"unsupported_grant_type","error_description":"Unsupported grant type: magic"}`},
		{"password grant", post("grant_type=password"), form, 403, `{"error":"unauthorized_client","error_description":"Grant type 'password' not allowed for the client.","error_uri":"https://auth0.com/docs/clients/client-grant-types"}`},
		{"client credentials", post("grant_type=client_credentials"), form, 403, `{"error":"unauthorized_client","error_description":"Grant type 'client_credentials' not allowed for the client.","error_uri":"https://auth0.com/docs/clients/client-grant-types"}`},
		{"refresh by a client without it", "client_id=" + stranger + "&grant_type=refresh_token", form, 403, `{"error":"unauthorized_client","error_description":"Grant type 'refresh_token' not allowed for the client.","error_uri":"https://auth0.com/docs/clients/client-grant-types"}`},
		{"no code", post("grant_type=authorization_code"), form, 400, `{"error":"invalid_request","error_description":"Missing required parameter: code"}`},
		{"no redirect", post("grant_type=authorization_code&code=x"), form, 400, `{"error":"invalid_request","error_description":"Missing required parameter: redirect_uri"}`},
		{"no verifier", post("grant_type=authorization_code&code=x&redirect_uri=y"), form, 400, `{"error":"invalid_request","error_description":"Missing required parameter: code_verifier"}`},
		{"unknown code", code, form, 403, `{"error":"invalid_grant","error_description":"Invalid authorization code"}`},
		{"no refresh token", post("grant_type=refresh_token"), form, 400, `{"error":"invalid_request","error_description":"Missing required parameter: refresh_token"}`},
		{"unknown refresh token", post("grant_type=refresh_token&refresh_token=x"), form, 403, `{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}`},
		{"repeated parameter", post("grant_type=refresh_token&grant_type=password"), form, 400, `{"error":"invalid_request","error_description":"Duplicate parameter: grant_type"}`},
		{"no content type", code, nil, 400, `{"error":"invalid_request","error_description":"The content type must be application/x-www-form-urlencoded or application/json"}`},
		{"multipart", code, []string{"Content-Type", "multipart/form-data; boundary=x"}, 400, `{"error":"invalid_request","error_description":"The content type must be application/x-www-form-urlencoded or application/json"}`},
		{"too large", post(strings.Repeat("a", maxParams)), form, 400, `{"error":"invalid_request","error_description":"The request is too large"}`},
		{"JSON array", `[]`, json, 400, `{"error":"invalid_request","error_description":"The body is not a JSON object of strings"}`},
		{"JSON number", `{"client_id":1}`, json, 400, `{"error":"invalid_request","error_description":"The body is not a JSON object of strings"}`},
		{"JSON nested", `{"client_id":{"$ne":""}}`, json, 400, `{"error":"invalid_request","error_description":"The body is not a JSON object of strings"}`},
		{"JSON repeated", `{"client_id":"a","client_id":"b"}`, json, 400, `{"error":"invalid_request","error_description":"Duplicate parameter: client_id"}`},
		{"JSON and more", `{"client_id":"a"}{}`, json, 400, `{"error":"invalid_request","error_description":"The body is not a JSON object of strings"}`},
		{"JSON cut off", `{"client_id":"a"`, json, 400, `{"error":"invalid_request","error_description":"The body is not a JSON object of strings"}`},
		{"JSON not UTF-8", "{\"client_id\":\"\xff\"}", json, 400, `{"error":"invalid_request","error_description":"The body is not a JSON object of strings"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := f.browser().do("POST", f.cfg.Issuer+"oauth/token", tt.body, tt.headers...)
			if got.status != tt.status || got.body != tt.want {
				t.Errorf("expected %d %s, got %d %s", tt.status, tt.want, got.status, got.body)
			}
			if got.header.Get("Content-Type") != "application/json" || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("headers: got %v", got.header)
			}
		})
	}
}

const (
	refusedCode     = `{"error":"invalid_grant","error_description":"Invalid authorization code"}`
	refusedVerifier = `{"error":"invalid_grant","error_description":"Failed to verify code verifier"}`
	refusedRefresh  = `{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}`
)

func TestCodeRules(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		wait    time.Duration
		changes []string
		want    string
	}{
		{"in time", codeLifetime - time.Second, nil, ""},
		{"expired", codeLifetime, nil, refusedCode},
		{"another client", 0, []string{"client_id", stranger}, refusedCode},
		{"another verifier", 0, []string{"code_verifier", strings.Repeat("a", 43)}, refusedVerifier},
		{"short verifier", 0, []string{"code_verifier", "abc"}, refusedVerifier},
		{"another callback of the client", 0, []string{"redirect_uri", site + "/?tab=1"},
			`{"error":"unauthorized_client","error_description":"The redirect URI is wrong. You sent http://localhost:3000, and we expected http://localhost:3000"}`},
		{"foreign callback", 0, []string{"redirect_uri", "https://evil.example/x"},
			`{"error":"unauthorized_client","error_description":"The redirect URI is wrong. You sent https://evil.example, and we expected http://localhost:3000"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := start(t).browser()
			code := b.signIn().Get("code")
			b.advance(tt.wait)
			got := b.exchange(code, tt.changes...)
			if tt.want == "" {
				b.tokens(got)
			} else if got.status != 403 || got.body != tt.want {
				t.Errorf("expected %s, got %d %s", tt.want, got.status, got.body)
			}
			spent := tt.name != "another client"
			if again := b.exchange(code); (again.body == refusedCode) != spent {
				t.Errorf("second use: expected spent %v, got %d %s", spent, again.status, again.body)
			}
		})
	}
}

func TestCodeReplayRevokesTokens(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	code := b.signIn().Get("code")
	tokens := b.tokens(b.exchange(code))
	if got := b.userinfo(tokens.AccessToken); got.status != 200 {
		t.Fatalf("userinfo before: got %d", got.status)
	}
	if got := b.exchange(code); got.body != refusedCode {
		t.Errorf("replay: got %s", got.body)
	}
	if got := b.userinfo(tokens.AccessToken); got.status != 401 {
		t.Errorf("userinfo after: got %d", got.status)
	}
	if got := b.refresh(tokens.RefreshToken); got.body != refusedRefresh {
		t.Errorf("refresh after: got %s", got.body)
	}
}

func TestRefreshReuseRevokesTheFamily(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	first := b.signedIn().RefreshToken
	second := b.tokens(b.refresh(first)).RefreshToken
	third := b.tokens(b.refresh(second)).RefreshToken
	for _, step := range []struct{ name, token string }{{"reused", first}, {"newest", third}} {
		if got := b.refresh(step.token); got.status != 403 || got.body != refusedRefresh {
			t.Errorf("%s: got %d %s", step.name, got.status, got.body)
		}
	}
	// The browser's session continues, and starts another family without a prompt.
	b.tokens(b.refresh(b.signedInSilently().RefreshToken))
}

// signedInSilently are the tokens of a browser whose session lasts.
func (b *browser) signedInSilently() tokenAnswer {
	b.Helper()
	return b.tokens(b.exchange(b.callback(b.authorize("prompt", "none")).Get("code")))
}

// TestSpentTwiceAtOnce: of many concurrent uses one is answered, and the others
// revoke its tokens, as later uses would.
func TestSpentTwiceAtOnce(t *testing.T) {
	t.Parallel()
	for name, spend := range map[string]func(b *browser) func() answer{
		"code": func(b *browser) func() answer {
			code := b.signIn().Get("code")
			return func() answer { return b.exchange(code) }
		},
		"refresh token": func(b *browser) func() answer {
			token := b.signedIn().RefreshToken
			return func() answer { return b.refresh(token) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t).browser()
			use := spend(b)
			const uses = 20
			answers := make(chan answer, uses)
			var group sync.WaitGroup
			for range uses {
				group.Go(func() { answers <- use() })
			}
			group.Wait()
			close(answers)
			var got []tokenAnswer
			for a := range answers {
				if a.status == http.StatusOK {
					got = append(got, b.tokens(a))
				} else if a.status != http.StatusForbidden || !strings.HasPrefix(a.body, `{"error":"invalid_grant",`) {
					t.Errorf("got %d %s", a.status, a.body)
				}
			}
			if len(got) != 1 {
				t.Fatalf("expected one to be answered, got %d", len(got))
			}
			if refused := b.refresh(got[0].RefreshToken); refused.status != http.StatusForbidden || refused.body != refusedRefresh {
				t.Errorf("what it got: %d %s", refused.status, refused.body)
			}
			if info := b.userinfo(got[0].AccessToken); info.status != http.StatusUnauthorized {
				t.Errorf("userinfo: got %d", info.status)
			}
		})
	}
}

func TestRefreshLeeway(t *testing.T) {
	t.Parallel()
	leeway := func(c *setup) { c.Clients[0].RefreshToken.Leeway = 10 * time.Second }
	t.Run("the last one again, within", func(t *testing.T) {
		t.Parallel()
		b := start(t, leeway).browser()
		first := b.signedIn().RefreshToken
		second := b.tokens(b.refresh(first)).RefreshToken
		b.advance(9 * time.Second)
		sibling := b.tokens(b.refresh(first)).RefreshToken
		b.tokens(b.refresh(second))
		b.tokens(b.refresh(sibling))
	})
	t.Run("the last one again, later", func(t *testing.T) {
		t.Parallel()
		b := start(t, leeway).browser()
		first := b.signedIn().RefreshToken
		b.tokens(b.refresh(first))
		b.advance(10 * time.Second)
		if got := b.refresh(first); got.body != refusedRefresh {
			t.Errorf("got %s", got.body)
		}
	})
	t.Run("the last but one, within", func(t *testing.T) {
		t.Parallel()
		b := start(t, leeway).browser()
		first := b.signedIn().RefreshToken
		b.tokens(b.refresh(b.tokens(b.refresh(first)).RefreshToken))
		if got := b.refresh(first); got.body != refusedRefresh {
			t.Errorf("got %s", got.body)
		}
	})
}

func TestRefreshLifetimes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		every time.Duration
		times int // that a refresh succeeds
	}{
		{"idle too long", 24 * time.Hour, 0},
		{"used within the idle lifetime, until the absolute end", 23 * time.Hour, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := start(t).browser()
			token := b.signedIn().RefreshToken
			for range tt.times {
				b.advance(tt.every)
				token = b.tokens(b.refresh(token)).RefreshToken
			}
			b.advance(tt.every)
			if got := b.refresh(token); got.body != refusedRefresh {
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
}

func TestRefreshWithoutRotation(t *testing.T) {
	t.Parallel()
	b := start(t, func(c *setup) { c.Clients[0].RefreshToken = RefreshTokenPolicy{} }).browser()
	token := b.signedIn().RefreshToken
	for range 3 {
		b.advance(1000 * time.Hour)
		if got := b.tokens(b.refresh(token)); got.RefreshToken != "" || got.IDToken == "" {
			t.Errorf("got %+v", got)
		}
	}
}

func TestRefreshNarrowsScope(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	first := b.signedIn("scope", "openid email offline_access")
	got := b.tokens(b.refresh(first.RefreshToken, "scope", "openid read:private", "audience", "https://other"))
	if got.Scope != "openid" {
		t.Errorf("got scope %q", got.Scope)
	}
	_, id := payload(t, got.IDToken)
	if id["nonce"] != nil || id["email"] != nil {
		t.Errorf("ID token: got %v", id)
	}
	if _, access := payload(t, got.AccessToken); access["aud"].([]any)[0] != audience {
		t.Errorf("aud: got %v", access["aud"])
	}
	if got := b.tokens(b.refresh(got.RefreshToken)); got.Scope != "openid email offline_access" {
		t.Errorf("next refresh: got scope %q", got.Scope)
	}
}

func TestRefreshAfterTheConfigurationChanged(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	token := b.signedIn().RefreshToken
	cfg := f.cfg.Config
	cfg.APIs, cfg.ClientGrants = nil, nil
	f.reload(cfg)
	if got := b.refresh(token); got.body != `{"error":"access_denied","error_description":"Service not found: `+audience+`"}` {
		t.Errorf("API gone: got %s", got.body)
	}
	if err := f.tenant.DeleteUser(f.user.ID); err != nil {
		t.Fatal(err)
	}
	token = f.tenant.grants.issueRefresh(&grant{ClientID: spa, UserID: f.user.ID})
	if got := b.refresh(token); got.body != `{"error":"invalid_grant","error_description":"The refresh_token was generated for a user who doesn't exist anymore."}` {
		t.Errorf("user gone: got %s", got.body)
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	tokens := b.signedIn()
	revoke := func(client, token string) answer {
		return b.do("POST", b.cfg.Issuer+"oauth/revoke", `{"client_id":"`+client+`","token":"`+token+`"}`, "Content-Type", "application/json")
	}
	for _, harmless := range []answer{revoke(stranger, tokens.RefreshToken), revoke(spa, "unknown")} {
		if harmless.status != 200 || harmless.body != "" {
			t.Errorf("got %d %s", harmless.status, harmless.body)
		}
	}
	newest := b.tokens(b.refresh(tokens.RefreshToken))
	if got := revoke(spa, newest.RefreshToken); got.status != 200 || got.body != "" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got := b.refresh(newest.RefreshToken); got.body != refusedRefresh {
		t.Errorf("refresh after: got %s", got.body)
	}
	if got := b.userinfo(newest.AccessToken); got.status != 401 {
		t.Errorf("userinfo after: got %d", got.status)
	}
	if got := revoke(spa, ""); got.status != 400 {
		t.Errorf("no token: got %d %s", got.status, got.body)
	}
	if got := revoke("x", "y"); got.status != 401 {
		t.Errorf("unknown client: got %d %s", got.status, got.body)
	}
}
