package cloud

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/sitetest"
)

// sentBack is what the site's callback is sent, in its address.
type sentBack struct{ code, description string }

// wantSentBack checks that /authorize, or a form, answered by a redirect to the
// site that names the refusal and nothing else.
func (c *tenantCloud) wantSentBack(e exchange, want sentBack) {
	c.t.Helper()
	address, query, _ := strings.Cut(e.Location, "?")
	got, err := url.ParseQuery(query)
	if err != nil || e.Status != http.StatusFound || address != c.SiteURL() {
		c.t.Errorf("expected a redirect to %s, got %d %s", c.SiteURL(), e.Status, e.Location)
	}
	if got.Get("error") != want.code || got.Get("error_description") != want.description || got.Get("state") == "" || got.Has("code") || len(got) != 3 {
		c.t.Errorf("expected %v, got %v", want, got)
	}
}

// wantNoExchange checks that the page asked for no tokens.
func (c *tenantCloud) wantNoExchange() {
	c.t.Helper()
	for _, e := range c.exchanges() {
		if e.Path == "/oauth/token" {
			c.t.Errorf("tokens were asked for: %+v", e)
		}
	}
}

// TestBrowserDeniedLogin: the person cancels on the tenant's page.
func TestBrowserDeniedLogin(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.Open(c.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("cancel"))
	b.seeNotice("cancelled", c.SiteURL()+"/")
	c.wantSentBack(c.await(0, "/u/cancel"), sentBack{"access_denied", "User did not authorize the request"})
	c.wantNoExchange()
}

// TestBrowserBackFromTheTenant: going back instead of signing in ends on the page
// before, which shows no refusal.
func TestBrowserBackFromTheTenant(t *testing.T) {
	t.Parallel()
	// From its cache the browser would show the page as it was left.
	c, b := newTenantCloud(t), newBrowser(t, chromedp.Flag("disable-back-forward-cache", true))
	b.Open(c.SiteURL() + "/profile")
	b.Click(sitetest.TestID("sign-in"))
	b.See(sitetest.TestID("ready-user"))
	b.Do(chromedp.NavigateBack())
	b.See(sitetest.TestID("sign-in"))
	if at := sitetest.Evaluate(b.Browser, chromedp.Location()); at != c.SiteURL()+"/profile" {
		t.Errorf("expected the page that the sign-in began on, got %s", at)
	}
	b.seeNoNotice()
	b.Click(sitetest.TestID("sign-in")) // and can sign in after all
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("access-claims"))
}

// TestBrowserBookmarkedCallback: a person who is signed in and opens the address
// of a sign-in of long ago stays signed in.
func TestBrowserBookmarkedCallback(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.signInReady(c)
	callback := c.await(0, "/authorize/resume").Location
	for _, address := range []string{callback, c.SiteURL() + "/?code=old&state=old", c.SiteURL() + "/?error=access_denied&error_description=no&state=old"} {
		b.Open(address)
		b.See(sitetest.TestID("user-email"))
		if at := sitetest.Evaluate(b.Browser, chromedp.Location()); at != c.SiteURL()+"/" {
			t.Errorf("%s: expected a clean address, got %s", address, at)
		}
		b.seeNoNotice()
		if body := b.Call("call-private", "200"); body == "" {
			t.Error("expected the private greeting")
		}
	}
}

// seeNoNotice checks that the page complains of nothing.
func (b *browser) seeNoNotice() {
	b.T.Helper()
	const notice = `document.querySelector("[data-testid=app-error]")?.textContent ?? ""`
	if text := sitetest.Evaluate(b.Browser, chromedp.Evaluate[string](notice)); text != "" {
		b.T.Errorf("expected no notice, got %q", text)
	}
}

// askConsent makes the tenant ask for consent to use the API.
func askConsent(cfg *auth0.Config) { cfg.APIs[0].SkipConsentForFirstParty = false }

func TestBrowserConsent(t *testing.T) {
	t.Parallel()
	t.Run("given, and remembered", func(t *testing.T) {
		t.Parallel()
		c, b := newTenantCloud(t, askConsent), newBrowser(t)
		b.Open(c.SiteURL())
		b.Click(sitetest.TestID("sign-in"))
		b.Click(sitetest.TestID("ready-user"))
		b.Click(sitetest.TestID("accept"))
		b.See(sitetest.TestID("user-email"))
		seen := len(c.exchanges())
		b.Do(chromedp.Reload()) // the frame is not asked again
		b.See(sitetest.TestID("user-email"))
		if got := c.await(seen, "/authorize"); !containsOnce(got.Body, `response: {"code":"`) {
			t.Errorf("the frame: got %d %s", got.Status, got.Body)
		}
	})
	t.Run("declined", func(t *testing.T) {
		t.Parallel()
		c, b := newTenantCloud(t, askConsent), newBrowser(t)
		b.Open(c.SiteURL())
		b.Click(sitetest.TestID("sign-in"))
		b.Click(sitetest.TestID("ready-user"))
		b.Click(sitetest.TestID("decline"))
		b.seeNotice("cancelled", c.SiteURL()+"/")
		answers := c.exchanges()
		c.wantSentBack(answers[len(answers)-1], sentBack{"access_denied", "User did not authorize the request"})
		c.wantNoExchange()
	})
	t.Run("required of a hidden frame, which cannot ask", func(t *testing.T) {
		t.Parallel()
		c, b := newTenantCloud(t), newBrowser(t)
		b.signInReady(c)
		c.reload(askConsent)
		seen := len(c.exchanges())
		b.Do(chromedp.Reload())
		b.seeNotice("session_unknown", c.SiteURL()+"/") // the SDK gives no more to a page that has just loaded
		wantMessage(t, c.await(seen, "/authorize"), "consent_required", "Consent required")
	})
}

// TestBrowserStateMismatch: an answer that does not belong to a sign-in of this
// tab is not taken, and its code is not spent.
func TestBrowserStateMismatch(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)

	// Nothing was begun here.
	b.Open(c.SiteURL() + "/?code=stolen&state=forged")
	b.seeNotice("state_mismatch", c.SiteURL()+"/")
	c.wantNoExchange()

	// A sign-in was begun, and the answer belongs to another.
	c.tamperWithAuthorize(func(q url.Values) { q.Set("state", "forged") })
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.seeNotice("state_mismatch", c.SiteURL()+"/")
	answer := c.await(0, "/authorize/resume")
	if got, _ := url.Parse(answer.Location); got.Query().Get("code") == "" || got.Query().Get("state") != "forged" {
		t.Errorf("expected the tenant to give a code, got %s", answer.Location)
	}
	c.wantNoExchange()
}

// TestBrowserNonceMismatch: an ID token made for another sign-in is not taken.
func TestBrowserNonceMismatch(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	c.tamperWithAuthorize(func(q url.Values) { q.Set("nonce", "forged") })
	b.Open(c.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("app-error"))
	if got := b.Text(sitetest.TestID("app-error")); !strings.Contains(got, "Nonce (nonce) claim mismatch in the ID token") {
		t.Errorf("expected the nonce to be named, got %q", got)
	}
	if got := c.await(0, "/oauth/token"); got.Status != 200 {
		t.Errorf("expected the tenant to give tokens, got %d %s", got.Status, got.Body)
	}
	b.See(sitetest.TestID("sign-in"))
}

// TestBrowserPKCEDowngrade: a request whose challenge was taken away or weakened
// on the way brings a code neither to the page nor to the attacker.
func TestBrowserPKCEDowngrade(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	for _, tt := range []struct {
		name   string
		tamper func(url.Values)
		want   sentBack
	}{
		{"no challenge", func(q url.Values) { q.Del("code_challenge"); q.Del("code_challenge_method") },
			sentBack{"invalid_request", "Missing required parameter: code_challenge"}},
		{"plain", func(q url.Values) { q.Set("code_challenge_method", "plain") },
			sentBack{"invalid_request", "code_challenge_method must be S256"}},
		{"no method, which means plain", func(q url.Values) { q.Del("code_challenge_method") },
			sentBack{"invalid_request", "code_challenge_method must be S256"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c.tamperWithAuthorize(tt.tamper)
			b.Open(c.SiteURL()) // without the last notice
			seen := len(c.exchanges())
			b.Click(sitetest.TestID("sign-in"))
			c.wantSentBack(c.await(seen, "/authorize"), tt.want)
			b.seeNotice("invalid_request", c.SiteURL()+"/")
			c.wantNoExchange()
		})
	}
	t.Run("another's challenge, so that the page's verifier is wrong", func(t *testing.T) {
		c.tamperWithAuthorize(func(q url.Values) { q.Set("code_challenge", strings.Repeat("A", 43)) })
		b.Open(c.SiteURL())
		b.Click(sitetest.TestID("sign-in"))
		b.Click(sitetest.TestID("ready-user"))
		b.seeNotice("invalid_grant", c.SiteURL()+"/")
		got := c.await(0, "/oauth/token")
		if want := `{"error":"invalid_grant","error_description":"Failed to verify code verifier"}`; got.Status != 403 || got.Body != want {
			t.Errorf("expected 403 %s, got %d %s", want, got.Status, got.Body)
		}
	})
}

// TestBrowserStaysOnRefusedRedirect: a signed-in user who follows a link with another
// redirect_uri is not redirected.
func TestBrowserStaysOnRefusedRedirect(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.signInReady(c)
	good := c.await(0, "/authorize").Query
	for _, uri := range []string{
		strings.Replace(c.SiteURL(), "localhost", "127.0.0.1", 1),
		c.SiteURL() + "/",
		c.SiteURL() + "@127.0.0.1:" + c.api.Port(),
		c.APIURL(),
	} {
		good.Set("redirect_uri", uri)
		attack := c.TenantURL() + "/authorize?" + good.Encode()
		b.Expect(badStatus(403, "Forbidden", attack))
		b.Open(attack)
		if got := b.Text(sitetest.TestID("page-error")); got != "Callback URL mismatch: "+uri {
			t.Errorf("%s: the page shows %q", uri, got)
		}
		if at := sitetest.Evaluate(b.Browser, chromedp.Location()); at != attack {
			t.Errorf("%s: the browser went to %s", uri, at)
		}
	}
}

// TestBrowserSignsOut: only the exact returnTo signs out, which ends the session at
// the tenant.
func TestBrowserSignsOut(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.signInReady(c)
	logout := func(returnTo string) string {
		return c.TenantURL() + "/v2/logout?" + url.Values{"client_id": {c.settings.Clients[0].ID}, "returnTo": {returnTo}}.Encode()
	}
	for _, elsewhere := range []string{c.SiteURL() + "/", c.APIURL(), c.SiteURL() + "/profile"} {
		b.Expect(badStatus(400, "Bad Request", logout(elsewhere)))
		b.Open(logout(elsewhere))
		b.See(sitetest.TestID("page-error"))
		if at := sitetest.Evaluate(b.Browser, chromedp.Location()); at != logout(elsewhere) {
			t.Errorf("%s: the browser went to %s", elsewhere, at)
		}
	}
	b.Open(c.SiteURL())
	b.See(sitetest.TestID("user-email")) // those ended nothing
	seen := len(c.exchanges())
	b.Click(sitetest.TestID("sign-out"))
	b.See(sitetest.TestID("sign-in"))
	out := c.await(seen, "/v2/logout")
	if out.Status != http.StatusFound || out.Location != c.SiteURL() || out.Query.Get("returnTo") != c.SiteURL() {
		t.Errorf("got %d to %q for %v", out.Status, out.Location, out.Query)
	}
	for name := range b.cookies(c.TenantURL() + "/authorize") {
		if strings.HasPrefix(name, "auth0_") {
			t.Errorf("the session's cookie is still there: %s", name)
		}
	}
	b.Click(sitetest.TestID("sign-in"))
	b.See(sitetest.TestID("ready-user")) // it asks again
}

// TestBrowserCannotReadTheSession: no script reads the tenant's cookies, and
// each sign-in gets a new session ID.
func TestBrowserCannotReadTheSession(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	port := c.tenant.Port()
	session := func() string {
		cookies := b.cookies(c.TenantURL() + "/authorize")
		for _, name := range []string{"auth0_" + port, "did_" + port} {
			cookie := cookies[name]
			if cookie == nil || !cookie.HTTPOnly || cookie.SameSite != network.CookieSameSiteLax || cookie.Path != "/authorize" {
				t.Fatalf("%s: got %+v", name, cookie)
			}
		}
		return cookies["auth0_"+port].Value
	}
	b.signInReady(c)
	first := session()
	good := c.await(0, "/authorize").Query
	good.Set("prompt", "login")
	b.Open(c.TenantURL() + "/authorize?" + good.Encode())
	if readable := sitetest.Evaluate(b.Browser, chromedp.Evaluate[string]("document.cookie")); strings.Contains(readable, "_"+port) {
		t.Errorf("a script reads %q", readable)
	}
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email")) // the site did not begin this sign-in, and asks the tenant who is signed in
	if second := session(); second == first {
		t.Errorf("expected another session than %q, got %q", first, second)
	}
}
