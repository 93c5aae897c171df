package cloud

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/sitetest"

	"github.com/chromedp/chromedp"
)

// hostilePage is another site's, opened by a signed-in user. It collects every message
// that reaches it, and marks its frame when that has loaded. It names an icon that is not requested, which
// could happen after the test.
const hostilePage = `<!doctype html><meta charset="utf-8"><title>Hostile</title>
<link rel="icon" href="data:,">
<script>got = []; addEventListener("message", e => got.push(e.data))</script>%s`

// newHostile serves such a page with this content, at an origin that is another
// site than localhost, or another port of it.
func newHostile(t *testing.T, sameSite bool, content string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, hostilePage, content)
	}))
	t.Cleanup(server.Close)
	if sameSite {
		return strings.Replace(server.URL, "127.0.0.1", "localhost", 1) + "/"
	}
	return server.URL + "/"
}

// hostileSites are the two kinds.
var hostileSites = map[string]bool{"another site": false, "another port of localhost": true}

// TestBrowserHostileForm: a form that another site submits in the user's browser
// neither signs in, nor signs up, nor cancels.
func TestBrowserHostileForm(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.MayComplain("status of 403 (Forbidden)")
	for name, sameSite := range hostileSites {
		t.Run(name, func(t *testing.T) {
			b.Open(c.SiteURL())
			b.Click(sitetest.TestID("sign-in"))
			b.See(sitetest.TestID("ready-user"))
			at, err := url.Parse(sitetest.Evaluate(b.Browser, chromedp.Location()))
			if err != nil {
				t.Fatal(err)
			}
			// The attacker even knows the sign-in's state and token.
			csrf := sitetest.Evaluate(b.Browser, chromedp.Value(chromedp.CSS(`[name="csrf"]`), chromedp.NodeReady))
			for _, path := range []string{"/u/login", "/u/signup", "/u/cancel"} {
				target := c.TenantURL() + path + "?" + at.RawQuery
				b.Open(newHostile(t, sameSite, `<form method="post" action="`+target+`">
					<input name="csrf" value="`+csrf+`"><input name="email" value="`+ReadyUser.Email+`">
					<input name="password" value="`+ReadyUser.Password+`"><button data-testid="trap">Win</button></form>`))
				b.Click(sitetest.TestID("trap"))
				if got := b.Text(sitetest.TestID("page-error")); got != "This form was not sent from the sign-in page." {
					t.Errorf("%s: the tenant shows %q", path, got)
				}
			}
			if cookies := b.cookies(c.TenantURL() + "/authorize"); cookies["auth0_"+c.tenant.Port()] != nil {
				t.Error("the browser is signed in")
			}
		})
	}
}

// TestBrowserHostileFrame: another site gets neither the sign-in page into a
// frame of its own, nor the answer of a silent login.
func TestBrowserHostileFrame(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.signInReady(c)
	b.MayComplain("frame-ancestors")
	b.MayComplain("X-Frame-Options")
	b.MayComplain("ERR_BLOCKED_BY_RESPONSE")
	b.MayComplain("status of 403") // the tenant's, which starts no sign-in in a frame
	for name, sameSite := range hostileSites {
		t.Run(name, func(t *testing.T) {
			good := c.await(0, "/authorize").Query
			good.Del("response_mode")
			for _, change := range []url.Values{
				{"prompt": {"login"}},
				{"prompt": {"none"}, "response_mode": {"web_message"}},
			} {
				for key, value := range change {
					good[key] = value
				}
				seen := len(c.exchanges())
				b.Open(newHostile(t, sameSite, `<iframe src="`+strings.ReplaceAll(c.TenantURL()+"/authorize?"+good.Encode(), "&", "&amp;")+
					`" onload="this.dataset.testid = 'done'"></iframe>`))
				b.See(sitetest.TestID("done"))
				// From another port the tenant gets the user's cookie and answers with a
				// code: that it does not reach the page is the browser's doing.
				answer := c.await(seen, "/authorize")
				if gave := strings.Contains(answer.Body, `response: {"code":"`); gave != (sameSite && good.Get("prompt") == "none") {
					t.Errorf("%v: the tenant answers %d %s", change, answer.Status, answer.Body)
				}
				if refused := answer.Status == http.StatusForbidden; refused != (good.Get("prompt") == "login") {
					t.Errorf("%v: the tenant answers %d", change, answer.Status)
				}
				if got := sitetest.Evaluate(b.Browser, chromedp.Evaluate[[]any]("got")); len(got) != 0 {
					t.Errorf("%v: the hostile page got %v", change, got)
				}
				if text := sitetest.Evaluate(b.Browser, chromedp.Evaluate[string](
					"(() => { try { return frames[0].document.body.innerText } catch (e) { return '' } })()")); text != "" {
					t.Errorf("%v: the hostile page reads %q", change, text)
				}
			}
		})
	}
}

// TestBrowserHostileFetch: a page of another origin cannot exchange a code, not even
// one that it has, and cannot read the reason.
func TestBrowserHostileFetch(t *testing.T) {
	t.Parallel()
	c, b := newTenantCloud(t), newBrowser(t)
	b.MayComplain("status of 403 (Forbidden)")
	b.MayComplain("CORS policy")
	b.MayComplain("net::ERR_FAILED")
	for name, sameSite := range hostileSites {
		t.Run(name, func(t *testing.T) {
			b.Open(newHostile(t, sameSite, ""))
			for _, path := range []string{"/oauth/token", "/oauth/revoke", "/userinfo"} {
				seen := len(c.exchanges())
				// No header of this asks for a preflight.
				ended := sitetest.Evaluate(b.Browser, chromedp.Evaluate[string](
					`fetch("`+c.TenantURL()+path+`", {method: "POST", body: new URLSearchParams({client_id: "x"})}).then(r => "read " + r.status, e => "failed")`,
					chromedp.EvalAwaitPromise))
				if ended != "failed" {
					t.Errorf("%s: the page %s", path, ended)
				}
				if got := c.await(seen, path); got.Status != 403 || !strings.Contains(got.Body, `"error":"access_denied"`) {
					t.Errorf("%s: got %d %s", path, got.Status, got.Body)
				}
			}
		})
	}
}
