package auth0

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAuthorizeRefusals: refusals that go to the client, as redirects.
func TestAuthorizeRefusals(t *testing.T) {
	t.Parallel()
	f := start(t, func(c *setup) {
		c.Clients = append(c.Clients, Client{ID: "no-code", Callbacks: []string{site}, GrantTypes: []string{grantRefresh}})
	})
	for _, tt := range []struct {
		name    string
		request []string
		code    string
		text    string
	}{
		{"no response type", []string{"response_type", ""}, "invalid_request", "Missing required parameter: response_type"},
		{"implicit", []string{"response_type", "token"}, "unsupported_response_type", "Unsupported response type: token"},
		{"hybrid", []string{"response_type", "code id_token"}, "unsupported_response_type", "Unsupported response type: code id_token"},
		{"response type in capitals", []string{"response_type", "CODE"}, "unsupported_response_type", "Unsupported response type: CODE"},
		{"form_post", []string{"response_mode", "form_post"}, "invalid_request", "Unsupported response mode: form_post"},
		{"fragment", []string{"response_mode", "fragment"}, "invalid_request", "Unsupported response mode: fragment"},
		{"no challenge", []string{"code_challenge", ""}, "invalid_request", "Missing required parameter: code_challenge"},
		{"plain", []string{"code_challenge_method", "plain", "code_challenge", verifier}, "invalid_request", "code_challenge_method must be S256"},
		{"no method, which means plain", []string{"code_challenge_method", ""}, "invalid_request", "code_challenge_method must be S256"},
		{"method in lower case", []string{"code_challenge_method", "s256"}, "invalid_request", "code_challenge_method must be S256"},
		{"short challenge", []string{"code_challenge", "abc"}, "invalid_request", "code_challenge must be 43 base64url characters"},
		{"challenge with padding", []string{"code_challenge", strings.Repeat("A", 42) + "="}, "invalid_request", "code_challenge must be 43 base64url characters"},
		{"unknown audience", []string{"audience", "https://other"}, "access_denied", "Service not found: https://other"},
		{"audience with a slash more", []string{"audience", audience + "/"}, "access_denied", "Service not found: " + audience + "/"},
		{"unknown prompt", []string{"prompt", "create"}, "invalid_request", "Unknown prompt: create"},
		{"none and login", []string{"prompt", "none login"}, "invalid_request", "prompt none cannot be combined with others"},
		{"none while signed out", []string{"prompt", "none"}, "login_required", "Login required"},
		{"negative max_age", []string{"max_age", "-1"}, "invalid_request", "max_age must be a number of seconds"},
		{"max_age in words", []string{"max_age", "soon"}, "invalid_request", "max_age must be a number of seconds"},
		{"unknown connection", []string{"connection", "google-oauth2"}, "invalid_request", "the connection was not found"},
		{"organization", []string{"organization", "org_1"}, "invalid_request", "parameter organization is not allowed for this client"},
		{"invitation", []string{"invitation", "x"}, "invalid_request", "The invitation parameter is not supported"},
		{"another factor", []string{"acr_values", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"}, "invalid_request", "The acr_values parameter is not supported"},
		{"a key to bind to", []string{"dpop_jkt", strings.Repeat("A", 43)}, "invalid_request", "The dpop_jkt parameter is not supported"},
		{"consent to a transaction", []string{"authorization_details", `[{"type":"x"}]`}, "invalid_request", "The authorization_details parameter is not supported"},
		{"request object", []string{"request", "x.y.z"}, "request_not_supported", "The request parameter is not supported"},
		{"request by URI", []string{"request_uri", "https://evil.example"}, "request_uri_not_supported", "The request_uri parameter is not supported"},
		{"client without the grant", []string{"client_id", "no-code"}, "unauthorized_client", "Grant type 'authorization_code' not allowed for the client."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := f.browser()
			got := b.authorize(tt.request...)
			want := url.Values{"error": {tt.code}, "error_description": {tt.text}, "state": {"the state"}}
			if diff := cmp.Diff(want, b.callback(got)); diff != "" {
				t.Error(diff)
			}
			if !strings.HasPrefix(got.header.Get("Location"), site+"?") || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("headers: got %v", got.header)
			}
		})
	}
}

// TestAuthorizePages: refusals that must not leave the tenant.
func TestAuthorizePages(t *testing.T) {
	t.Parallel()
	f := start(t)
	good := authRequestValues().Encode()
	for _, tt := range []struct {
		name, query string
		status      int
		text        string
	}{
		{"nothing", "", 400, "Missing required parameter: client_id"},
		{"unknown client", authRequestValues("client_id", "x").Encode(), 400, "Unknown client: x"},
		{"client in capitals", authRequestValues("client_id", strings.ToUpper(spa)).Encode(), 400, "Unknown client: SPA-CLIENT"},
		{"no redirect", authRequestValues("redirect_uri", "").Encode(), 400, "Missing required parameter: redirect_uri"},
		{"two redirects", good + "&redirect_uri=https://evil.example", 400, "Duplicate parameter: redirect_uri"},
		{"two states", good + "&state=x", 400, "Duplicate parameter: state"},
		{"a semicolon", good + "&a;b", 400, "The parameters are malformed"},
		{"not UTF-8", good + "&a=%ff", 400, "The parameters are not UTF-8"},
		{"huge", good + "&a=" + strings.Repeat("a", maxParams), 400, "The request is too large"},
		{"script in the client", authRequestValues("client_id", "<script>").Encode(), 400, "Unknown client: &lt;script&gt;"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := f.browser().get("authorize?" + tt.query)
			wantPage(t, got, tt.status, tt.text)
		})
	}
}

func wantPage(t *testing.T, got answer, status int, text string) {
	t.Helper()
	if got.status != status || !strings.Contains(got.body, text) || got.header.Get("Location") != "" {
		t.Errorf("expected page %d %q, got %d %s", status, text, got.status, got.body)
	}
	if !strings.Contains(got.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("the page may be framed: %v", got.header)
	}
}

// TestOnlyWindowsStartASignIn: requests that a page of another site can make by
// fetching or framing start no sign-in, since the number of sign-ins is limited.
// Frames are for silent login.
func TestOnlyWindowsStartASignIn(t *testing.T) {
	t.Parallel()
	f := start(t, func(c *setup) { c.APIs[0].SkipConsentForFirstParty = false })
	person, other := f.browser(), f.browser()
	page := person.authorize()
	get := func(b *browser, dest string, changes ...string) answer {
		return b.do("GET", f.cfg.Issuer+"authorize?"+authRequestValues(changes...).Encode(), "", "Sec-Fetch-Dest", dest)
	}
	for _, dest := range []string{"image", "empty", "script", "style", "object", "embed", "fencedframe", "prefetch", "", "DOCUMENT"} {
		wantPage(t, get(other, dest), http.StatusForbidden, "A sign-in starts by navigating to this page")
		wantPage(t, get(other, dest, "prompt", "none"), http.StatusForbidden, "A sign-in starts by navigating to this page")
	}
	for _, dest := range []string{"iframe", "frame"} {
		wantPage(t, get(other, dest), http.StatusForbidden, "The login page is not shown in a frame")
		if got := other.callback(get(other, dest, "prompt", "none")); got.Get("error") != "login_required" {
			t.Errorf("silent in %s: got %v", dest, got)
		}
	}
	if begun := len(f.tenant.transactions.table.rows); begun != 1 {
		t.Errorf("expected only the person's own sign-in, got %d", begun)
	}
	consent := person.submit(page, "email", email, "password", password)
	wantPage(t, get(person, "iframe"), http.StatusForbidden, "The login page is not shown in a frame")
	if person.callback(person.submit(consent, "decision", "accept")).Get("code") == "" {
		t.Error("expected a code")
	}
	if got := get(other, "document"); got.status != http.StatusOK || got.url.Path != "/u/login" {
		t.Errorf("in a window: got %d %v", got.status, got.url)
	}
}

func TestWebMessageNeedsAWebOrigin(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	got := b.authorize("client_id", stranger, "redirect_uri", "https://elsewhere.example/cb", "response_mode", "web_message")
	wantPage(t, got, http.StatusForbidden, "Origin not allowed: https://elsewhere.example")
}

func TestCallbackKeepsItsQuery(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	page := b.authorize("redirect_uri", site+"/?tab=1", "state", "a&b=c#d\r\n")
	got := b.submit(page, "email", email, "password", password)
	if !strings.HasPrefix(got.header.Get("Location"), site+"/?tab=1&code=") {
		t.Errorf("got %q", got.header.Get("Location"))
	}
	if state := b.callback(got).Get("state"); state != "a&b=c#d\r\n" {
		t.Errorf("state: got %q", state)
	}
}

func TestAuthorizeByPost(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	got := b.post("authorize", authRequestValues())
	if got.status != http.StatusOK || got.url.Path != "/u/login" {
		t.Errorf("got %d %v", got.status, got.url)
	}
	wantPage(t, b.do("POST", b.cfg.Issuer+"authorize", "<x/>", "Content-Type", "text/xml"), 400, "The content type must be")
}

func TestConsent(t *testing.T) {
	t.Parallel()
	third := []string{"client_id", stranger, "redirect_uri", "https://elsewhere.example/cb"}
	silent := append([]string{"prompt", "none"}, third...)
	signIn := func(t *testing.T) (*browser, answer) {
		b := start(t).browser()
		return b, b.submit(b.authorize(third...), "email", email, "password", password)
	}
	t.Run("asked and given, then remembered", func(t *testing.T) {
		t.Parallel()
		b, page := signIn(t)
		if !strings.Contains(page.body, "Read the private greeting") || page.url.Path != "/u/consent" {
			t.Fatalf("got %v %s", page.url, page.body)
		}
		if got := b.callback(b.authorize(silent...)).Get("error"); got != "consent_required" {
			t.Errorf("silent before: got %q", got)
		}
		if b.callback(b.submit(page, "decision", "accept")).Get("code") == "" {
			t.Error("expected a code")
		}
		if b.callback(b.authorize(silent...)).Get("code") == "" {
			t.Error("silent after: expected a code")
		}
	})
	t.Run("declined", func(t *testing.T) {
		t.Parallel()
		b, page := signIn(t)
		got := b.callback(b.submit(page, "decision", "deny"))
		if got.Get("error") != "access_denied" || got.Get("error_description") != "User did not authorize the request" {
			t.Errorf("got %v", got)
		}
		wantPage(t, b.submit(page, "decision", "accept"), http.StatusBadRequest, "expired or is already finished")
	})
	t.Run("skipped for a first party, on localhost too", func(t *testing.T) {
		t.Parallel()
		if start(t).browser().signIn().Get("code") == "" {
			t.Error("expected a code")
		}
	})
	t.Run("asked of a first party by an API that does not skip it", func(t *testing.T) {
		t.Parallel()
		b := start(t, func(c *setup) { c.APIs[0].SkipConsentForFirstParty = false }).browser()
		page := b.submit(b.authorize(), "email", email, "password", password)
		if page.url.Path != "/u/consent" {
			t.Errorf("got %v", page.url)
		}
	})
	t.Run("asked again by prompt=consent", func(t *testing.T) {
		t.Parallel()
		b := start(t).browser()
		b.signIn()
		page := b.authorize("prompt", "consent")
		if page.url.Path != "/u/consent" || b.callback(b.submit(page, "decision", "accept")).Get("code") == "" {
			t.Errorf("got %v", page.url)
		}
	})
}
