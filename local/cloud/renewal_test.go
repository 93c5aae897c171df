package cloud

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/sitetest"
)

// What a refresh token that is not good is answered, whatever the reason.
const refusedRefresh = `{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}`

// These tests drive the site's own sign-in, which is auth0-spa-js in its worker,
// in a real browser, and look at what it and the tenant say to each other.

// TestBrowserRenewsSilently: a reload forgets the tokens, and the hidden frame
// brings new ones without a page being shown.
func TestBrowserRenewsSilently(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.signInReady(c)
	seen := len(c.exchanges())
	b.Do(chromedp.Reload())
	frame := c.await(seen, "/authorize")
	if frame.Status != 200 || frame.Query.Get("prompt") != "none" || frame.Query.Get("response_mode") != "web_message" || frame.Query.Get("code_challenge_method") != "S256" {
		t.Errorf("the frame: got %+v", frame)
	}
	exchange := c.await(seen, "/oauth/token")
	if exchange.Status != 200 || exchange.Form.Get("grant_type") != "authorization_code" {
		t.Errorf("the exchange: got %d %v", exchange.Status, exchange.Form)
	}
	if got := b.Text(sitetest.TestID("user-email")); got != ReadyUser.Email {
		t.Errorf("expected %s to be signed in, got %q", ReadyUser.Email, got)
	}
	if body := b.Call("call-private", "200"); body == "" {
		t.Error("expected the private greeting")
	}
	for _, e := range c.exchanges()[seen:] {
		if e.Path == "/u/login" {
			t.Error("a sign-in page was shown")
		}
	}
}

// TestBrowserLoginRequired: once the tenant's session is over, the frame gets
// login_required, and the page signs out with a notice.
func TestBrowserLoginRequired(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.signInReady(c)
	c.advance(72 * time.Hour) // the idle lifetime of a session
	seen := len(c.exchanges())
	b.Do(chromedp.Reload())
	b.seeNotice("session_lost", c.SiteURL()+"/")
	if text := b.Text(sitetest.TestID("app-error")); !strings.Contains(text, sessionEnded) {
		t.Errorf("expected %q, got %q", sessionEnded, text)
	}
	wantMessage(t, c.await(seen, "/authorize"), "login_required", "Login required")
	if n := len(c.exchanges()); n != seen+1 {
		t.Errorf("expected only the frame, got:\n%s", lines(c.exchanges()[seen:]))
	}
}

// wantMessage checks the refusal that a hidden frame is handed.
func wantMessage(t *testing.T, e exchange, code, description string) {
	t.Helper()
	want := `response: {"error":"` + code + `","error_description":"` + description + `","state":`
	if e.Status != 200 || !containsOnce(e.Body, want) {
		t.Errorf("expected the message %s, got %d %s", want, e.Status, e.Body)
	}
}

// TestBrowserRotatesRefreshTokens: each renewal spends a refresh token and gets
// the next.
func TestBrowserRotatesRefreshTokens(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.signInReady(c)
	current := refreshTokenOf(t, c.await(0, "/oauth/token"))
	b.showTokens()
	for range 3 {
		seen := len(c.exchanges())
		b.renew()
		renewal := c.await(seen, "/oauth/token")
		if renewal.Status != 200 || renewal.Form.Get("grant_type") != "refresh_token" || renewal.Form.Get("refresh_token") != current {
			t.Fatalf("expected the newest refresh token to be spent, got %+v", renewal)
		}
		next := refreshTokenOf(t, renewal)
		if next == current {
			t.Error("the refresh token stayed the same")
		}
		current = next
		b.See(renewable)
	}
}

// renewable is the button that renews, once no renewal is under way.
const renewable = chromedp.CSS(`[aria-labelledby="access-token"] .actions button:first-child:enabled`)

// TestBrowserAfterReplay: a refresh token that is used a second time revokes the
// page's family of tokens.
func TestBrowserAfterReplay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		sessionUp bool
	}{
		{"while the tenant's session lasts, the page gets another family", true},
		{"when the session is over, the page signs the person out", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, b := newTenantCloud(t), newBrowser(t)
			b.signInReady(c)
			first := c.await(0, "/oauth/token")
			b.showTokens()
			seen := len(c.exchanges())
			b.renew()
			c.await(seen, "/oauth/token")
			b.See(renewable)
			for range 2 { // the used one, and the page's current one
				c.wantRefused(refreshTokenOf(t, first))
			}
			if !tt.sessionUp {
				c.advance(72 * time.Hour)
			}
			b.renewRefused(c, tt.sessionUp)
		})
	}
}

// wantRefused presents a refresh token that must not be good.
func (c *tenantCloud) wantRefused(refreshToken string) {
	c.t.Helper()
	status, body := c.token(url.Values{
		"grant_type": {"refresh_token"}, "client_id": {c.settings.Clients[0].ID}, "refresh_token": {refreshToken},
	})
	if status != 403 || body != refusedRefresh {
		c.t.Errorf("expected 403 %s, got %d %s", refusedRefresh, status, body)
	}
}

// renewRefused renews with a refresh token that is no longer valid. The page then
// tries the hidden frame, which needs the tenant's session.
func (b *browser) renewRefused(c *tenantCloud, sessionUp bool) {
	b.T.Helper()
	seen := len(c.exchanges())
	b.renew()
	refused := c.await(seen, "/oauth/token")
	if refused.Status != 403 || refused.Body != refusedRefresh || refused.Form.Get("grant_type") != "refresh_token" {
		b.T.Errorf("the renewal: got %+v", refused)
	}
	frame := c.await(seen, "/authorize")
	if sessionUp {
		b.See(renewable)
		if frame.Status != 200 || !containsOnce(frame.Body, `response: {"code":"`) {
			b.T.Errorf("the frame: got %d %s", frame.Status, frame.Body)
		}
		return
	}
	wantMessage(b.T, frame, "login_required", "Login required")
	b.seeSessionEnded(c.SiteURL() + "/profile")
	if len(b.cookies(c.SiteURL())) != 0 {
		b.T.Errorf("signed out, the page keeps cookies: %v", b.cookies(c.SiteURL()))
	}
}

// sessionEnded is the page's notice, wherever the end of the session is noticed.
const sessionEnded = "You were signed out elsewhere, or your session at the tenant has expired."

// seeSessionEnded waits until the page, which noticed it while it was open, shows that
// the session has ended.
func (b *browser) seeSessionEnded(address string) {
	b.T.Helper()
	b.seeNotice("session_ended", address)
	if text := b.Text(sitetest.TestID("app-error")); !strings.Contains(text, sessionEnded) {
		b.T.Errorf("expected %q, got %q", sessionEnded, text)
	}
}

// TestBrowserSessionEndsBeforeACall: a call that needs another token notices
// that the tenant gives none.
func TestBrowserSessionEndsBeforeACall(t *testing.T) {
	t.Parallel()
	// The SDK renews a token that is valid for less than a minute before each call.
	c, b := newTenantCloud(t, func(cfg *auth0.Config) { cfg.APIs[0].TokenLifetime = 30 * time.Second }), newBrowser(t)
	b.signInReady(c)
	first := refreshTokenOf(t, c.await(0, "/oauth/token"))
	b.Call("call-private", "200")
	for range 2 { // revokes the page's
		c.wantRefused(first)
	}
	c.advance(72 * time.Hour)
	b.Click(sitetest.TestID("call-private"))
	b.See(sitetest.TestID("call-result") + `:first-child[data-status="no-token"]`)
	if reason := b.Text(sitetest.TestID("call-result") + ":first-child " + sitetest.TestID("result-reason")); !strings.Contains(reason, sessionEnded) {
		t.Errorf("expected %q, got %q", sessionEnded, reason)
	}
	b.seeSessionEnded(c.SiteURL() + "/")
}

// TestBrowserTenantDown: the tokens that the page has stay good, and stay shown.
func TestBrowserTenantDown(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.signInReady(c)
	b.showTokens()
	b.Allow("net::ERR_EMPTY_RESPONSE")
	c.tenant.Handle(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	b.renew()
	b.See(`[aria-labelledby="access-token"] [data-code="network"]`)
	b.See(sitetest.TestID("access-claims"))
	b.See(sitetest.TestID("id-claims"))
	b.See(sitetest.TestID("user-email"))
	b.Click(sitetest.TestID("home-link"))
	if body := b.Call("call-private", "200"); body == "" {
		t.Error("expected the private greeting")
	}
}

// TestBrowserRefreshTokenExpires: by disuse and absolutely.
func TestBrowserRefreshTokenExpires(t *testing.T) {
	t.Parallel()
	lifetimes := func(cfg *auth0.Config) {
		cfg.Clients[0].RefreshToken.Lifetime, cfg.Clients[0].RefreshToken.IdleLifetime = 240*time.Hour, 100*time.Hour
	}
	for _, tt := range []struct {
		name    string
		renewed []time.Duration // after each of these the token is good
		last    time.Duration   // after this it is not
	}{
		{"unused for its idle lifetime", []time.Duration{100*time.Hour - 10*time.Minute}, 100 * time.Hour},
		{"used, until its absolute end", []time.Duration{99 * time.Hour, 99 * time.Hour}, 42 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, b := newTenantCloud(t, lifetimes), newBrowser(t)
			b.signInReady(c)
			b.showTokens()
			for _, wait := range tt.renewed {
				c.advance(wait)
				seen := len(c.exchanges())
				b.renew()
				if got := c.await(seen, "/oauth/token"); got.Status != 200 || got.Form.Get("grant_type") != "refresh_token" {
					t.Fatalf("in time: got %+v", got)
				}
				b.See(renewable)
			}
			c.advance(tt.last)
			b.renewRefused(c, false)
		})
	}
}

// TestBrowserAfterCodeReplay: a code that is exchanged a second time takes the
// page's tokens with it.
func TestBrowserAfterCodeReplay(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.signInReady(c)
	exchange := c.await(0, "/oauth/token")
	b.showTokens()
	status, body := c.token(exchange.Form)
	if want := `{"error":"invalid_grant","error_description":"Invalid authorization code"}`; status != 403 || body != want {
		t.Errorf("replay: expected 403 %s, got %d %s", want, status, body)
	}
	c.advance(72 * time.Hour)
	b.renewRefused(c, false)
}
