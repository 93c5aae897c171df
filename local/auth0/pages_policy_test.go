package auth0

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestEveryPageHasAStrictPolicy: everything that a browser may show, in each of its
// states. Nothing is allowed inline, from another origin, or in a frame, except the
// page that passes a message to the site's frame.
func TestEveryPageHasAStrictPolicy(t *testing.T) {
	t.Parallel()
	f := start(t, func(c *setup) { c.APIs[0].SkipConsentForFirstParty = false })
	b := f.browser()
	login := b.authorize()
	wrong := b.submit(login, "email", email, "password", "wrong")
	signup := b.get("u/signup?" + login.url.RawQuery)
	consent := b.submit(login, "email", email, "password", password)
	const page = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "
	for name, tt := range map[string]struct {
		got    answer
		status int
		policy string
	}{
		"login":                 {login, 200, page + "'self' " + site},
		"login after a mistake": {wrong, 400, page + "'self' " + site},
		"sign-up":               {signup, 200, page + "'self' " + site},
		"consent":               {consent, 200, page + "'self' " + site},
		"home":                  {b.get(""), 200, page + "'none'"},
		"refusal":               {b.authorize("client_id", "x"), 400, page + "'none'"},
		"sign-out refused":      {b.get("v2/logout?returnTo=x"), 400, page + "'none'"},
		"nothing there":         {b.get("nothing"), 404, page + "'none'"},
		"foreign form":          {b.post("u/login?"+login.url.RawQuery, nil), 403, page + "'none'"},
		"picture":               {b.get("avatars/" + f.user.avatar() + ".svg"), 200, "default-src 'none'; sandbox"},
	} {
		if tt.got.status != tt.status || tt.got.header.Get("Content-Security-Policy") != tt.policy {
			t.Errorf("%s: got %d %s", name, tt.got.status, tt.got.header.Get("Content-Security-Policy"))
		}
		if tt.got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: got %v", name, tt.got.header)
		}
		if name != "picture" {
			wantNothingInline(t, name, tt.got)
		}
	}
}

var inline = regexp.MustCompile(`(?i)<script|<style|<iframe|<object|<embed|<base|\son[a-z]+\s*=|\sstyle\s*=|javascript:|https?://`)

func wantNothingInline(t *testing.T, name string, page answer) {
	t.Helper()
	if found := inline.FindString(strings.ReplaceAll(page.body, "http://www.w3.org/2000/svg", "")); found != "" {
		t.Errorf("%s: the page has %q", name, found)
	}
	for header, want := range map[string]string{"X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"} {
		if page.header.Get(header) != want {
			t.Errorf("%s: %s: got %q", name, header, page.header.Get(header))
		}
	}
}

// TestMessagePagePolicy: one script, by a nonce that no other answer has, only in a
// frame of the site.
func TestMessagePagePolicy(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	shape := regexp.MustCompile(`^default-src 'none'; script-src 'nonce-([A-Za-z0-9_-]{43})'; base-uri 'none'; form-action 'none'; frame-ancestors ` + site + `$`)
	seen := map[string]bool{}
	for range 3 {
		got := b.authorize("prompt", "none", "response_mode", "web_message")
		found := shape.FindStringSubmatch(got.header.Get("Content-Security-Policy"))
		if got.status != http.StatusOK || found == nil || seen[found[1]] {
			t.Fatalf("got %d %s", got.status, got.header.Get("Content-Security-Policy"))
		}
		seen[found[1]] = true
		if strings.Count(got.body, "<script") != 1 || !strings.Contains(got.body, `<script nonce="`+found[1]+`">`) {
			t.Errorf("got %s", got.body)
		}
		if got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("got %v", got.header)
		}
	}
}
