package auth0

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// redirectAttacks are redirect URIs that are not the site's, http://localhost:3000.
var redirectAttacks = map[string]string{
	"prefix":                 "http://localhost:3000.evil.example",
	"prefix of the host":     "http://localhost.evil.example:3000",
	"suffix":                 site + "/callback",
	"suffix of the host":     "http://evil-localhost:3000",
	"trailing slash":         site + "/",
	"another port":           "http://localhost:30000",
	"no port":                "http://localhost",
	"port with a zero":       "http://localhost:03000",
	"empty port":             "http://localhost:",
	"another scheme":         "https://localhost:3000",
	"user info":              "http://localhost:3000@evil.example",
	"user in front":          "http://user@localhost:3000",
	"user and password":      "http://localhost:3000:x@evil.example",
	"fragment":               site + "#",
	"fragment with a host":   "http://evil.example#" + site,
	"query":                  site + "?x=1",
	"query with a host":      "http://evil.example?" + site,
	"more of a query":        site + "/?tab=1&x=2",
	"encoded colon":          "http://localhost%3A3000",
	"encoded letter":         "http://%6cocalhost:3000",
	"encoded dot":            site + "/%2e",
	"encoded traversal":      site + "/%2e%2e%2fx",
	"encoded twice":          site + "/%252e%252e/x",
	"encoded as a whole":     url.QueryEscape(site),
	"dot segments":           site + "/..",
	"traversal":              site + "/a/../",
	"traversal to the query": site + "/a/../?tab=1",
	"backslash":              `http://localhost:3000\@evil.example`,
	"backslashes":            `http:\\localhost:3000`,
	"scheme in capitals":     "HTTP://localhost:3000",
	"host in capitals":       "http://LOCALHOST:3000",
	"query in capitals":      site + "/?TAB=1",
	"IPv4 loopback":          "http://127.0.0.1:3000",
	"IPv6 loopback":          "http://[::1]:3000",
	"mapped IPv4":            "http://[::ffff:127.0.0.1]:3000",
	"short IPv4":             "http://127.1:3000",
	"IPv4 as a number":       "http://2130706433:3000",
	"IPv4 in octal":          "http://0177.0.0.1:3000",
	"any address":            "http://0.0.0.0:3000",
	"host with a dot behind": "http://localhost.:3000",
	"host below localhost":   "http://evil.localhost:3000",
	"wide letters":           "http://ｌocalhost:3000",
	"tab within":             "http://local\thost:3000",
	"space in front":         " " + site,
	"space behind":           site + " ",
	"newline behind":         site + "\n",
	"header behind":          site + "\r\nX-Evil: 1",
	"NUL behind":             site + "\x00",
	"two values in one":      site + "," + site,
	"script":                 "javascript:alert(1)",
	"data":                   "data:text/html,x",
	"custom scheme":          "com.example.app://callback",
	"relative":               "/",
	"no scheme":              "//localhost:3000",
	"wildcard":               "http://*:3000",
	"other client's":         "https://elsewhere.example/cb",
	"the tenant's own page":  "http://localhost:3002/u/login",
}

// TestRedirectURIAttacks: a redirect URI that is not registered exactly ends on a
// page of the tenant, signed in or not, whatever else is requested.
func TestRedirectURIAttacks(t *testing.T) {
	t.Parallel()
	f := start(t)
	signedIn := f.browser()
	signedIn.signIn()
	for name, uri := range redirectAttacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, changes := range [][]string{
				{}, {"prompt", "none"}, {"response_mode", "web_message", "prompt", "none"}, {"response_type", "token"}, {"code_challenge_method", "plain"},
			} {
				changes = append(changes, "redirect_uri", uri)
				for _, b := range []*browser{f.browser(), signedIn} {
					got := b.authorize(changes...)
					wantPage(t, got, http.StatusForbidden, "Callback URL mismatch")
					wantNoWayOut(t, got)
				}
				wantPage(t, f.browser().post("authorize", authRequestValues(changes...)), http.StatusForbidden, "Callback URL mismatch")
			}
			got := signedIn.exchange("x", "redirect_uri", uri)
			if got.status != http.StatusForbidden || got.body != refusedCode {
				t.Errorf("exchange: got %d %s", got.status, got.body)
			}
		})
	}
}

// wantNoWayOut: the page does not redirect, and has no link to another origin.
func wantNoWayOut(t *testing.T, page answer) {
	t.Helper()
	for _, way := range []string{"<script", "<meta http-equiv", "<a ", "<form", "<iframe", "<base"} {
		if strings.Contains(page.body, way) {
			t.Errorf("the page has %s: %s", way, page.body)
		}
	}
	for _, header := range []string{"Location", "Refresh", "Link", "X-Evil"} {
		if page.header.Get(header) != "" {
			t.Errorf("the answer has %s: %s", header, page.header.Get(header))
		}
	}
}

// TestExchangeNeedsTheSameRedirect: a code is valid only for the callback that it
// was sent to, not for another registered one.
func TestExchangeNeedsTheSameRedirect(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	got := b.exchange(b.signIn().Get("code"), "redirect_uri", site+"/?tab=1")
	const want = `{"error":"unauthorized_client","error_description":"The redirect URI is wrong. You sent http://localhost:3000, and we expected http://localhost:3000"}`
	if got.status != http.StatusForbidden || got.body != want {
		t.Errorf("expected 403 %s, got %d %s", want, got.status, got.body)
	}
}

// TestLoginPagesOpenNoRedirect: a destination in a link to a sign-in page, or in
// its form, is ignored.
func TestLoginPagesOpenNoRedirect(t *testing.T) {
	t.Parallel()
	const evil = "https://evil.example/"
	names := []string{"redirect_uri", "returnTo", "return_to", "redirect", "next", "continue", "url", "callback", "target", "origin", "RelayState"}
	more := url.Values{}
	for _, name := range names {
		more.Set(name, evil)
	}
	for _, path := range []string{"/u/login", "/u/signup", "/u/cancel"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			b := start(t).browser()
			page := b.authorize()
			target := path + "?" + page.url.RawQuery + "&" + more.Encode()
			if strings.Contains(b.get(target).body, evil) {
				t.Error("the page repeats the address")
			}
			form := url.Values{"csrf": {csrfField.FindStringSubmatch(page.body)[1]}, "email": {"new@example.com"}, "password": {"long enough"}}
			if path == "/u/login" {
				form.Set("email", email)
				form.Set("password", password)
			}
			for name := range more {
				form.Set(name, evil)
			}
			got := b.post(target, form) // follows what stays on the tenant
			if to := got.header.Get("Location"); got.status != http.StatusFound || !strings.HasPrefix(to, site+"?") || strings.Contains(to, "evil") {
				t.Errorf("got %d to %q", got.status, to)
			}
		})
	}
	t.Run("state that is an address", func(t *testing.T) {
		t.Parallel()
		b := start(t).browser()
		b.authorize()
		for _, state := range []string{evil, "//evil.example", "../evil", "x\r\nLocation: " + evil} {
			got := b.get("u/login?" + url.Values{"state": {state}}.Encode())
			wantPage(t, got, http.StatusBadRequest, "expired or is already finished")
			wantNoWayOut(t, got)
		}
	})
}
