package auth0

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// TestCookiesOverTLS: under https every cookie is Secure too, and for frames of
// other sites, when it is set, renewed and cleared.
func TestCookiesOverTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS()
	t.Cleanup(server.Close)
	f := &fixture{T: t, clock: &clock{}, cfg: testSetup(server.URL + "/")}
	f.cfg.Users = newUsers(bcrypt.MinCost)
	var err error
	if f.tenant, err = f.cfg.tenant(t, testKeys); err != nil {
		t.Fatal(err)
	}
	port := server.URL[strings.LastIndex(server.URL, ":")+1:]
	attributes := regexp.MustCompile(`^(auth0|did)_` + port + `=([A-Za-z0-9_-]{43})?; Path=/(authorize|u|v2/logout); Max-Age=(604800|0); HttpOnly; Secure; SameSite=None$`)
	var seen []string
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.tenant.Handler().ServeHTTP(w, r)
		seen = append(seen, w.Header().Values("Set-Cookie")...)
	})
	b := f.browser()
	b.client.Transport = server.Client().Transport
	for range 2 {
		page := b.authorize("prompt", "login")
		b.submit(page, "email", "ready@example.com", "password", "ready-to-go")
	}
	b.get("v2/logout?client_id=" + spa)
	if len(seen) != 2+3+2*3+3 {
		t.Errorf("expected the browser's cookie, a session, another in its place, and its end; got %d: %q", len(seen), seen)
	}
	for _, cookie := range seen {
		if !attributes.MatchString(cookie) {
			t.Errorf("got %q", cookie)
		}
	}
}

// TestPlantedCookies: values that an attacker knows, put into a browser before its
// user signs in, do not become identifiers of anything.
func TestPlantedCookies(t *testing.T) {
	t.Parallel()
	f := start(t)
	issuer, err := url.Parse(f.cfg.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	plant := func(b *browser, name, value string) {
		for _, path := range []string{"/authorize", "/u", "/v2/logout"} {
			b.client.Jar.SetCookies(issuer, []*http.Cookie{{Name: name + "_" + issuer.Port(), Value: value, Path: path}})
		}
	}
	t.Run("a session of the attacker's choice", func(t *testing.T) {
		victim, attacker := f.browser(), f.browser()
		plant(victim, "auth0", "planted")
		plant(attacker, "auth0", "planted")
		victim.signIn()
		if got := attacker.callback(attacker.authorize("prompt", "none")); got.Get("error") != "login_required" {
			t.Errorf("got %v", got)
		}
	})
	t.Run("a sign-in that the attacker began", func(t *testing.T) {
		attacker, victim := f.browser(), f.browser()
		plant(attacker, "did", "planted")
		plant(victim, "did", "planted")
		begun := attacker.authorize()
		back := victim.callback(victim.submit(victim.get(begun.url.RequestURI()), "email", email, "password", password))
		if back.Get("code") == "" {
			t.Fatalf("the victim's own browser: got %v", back)
		}
		wantPage(t, attacker.get("authorize/resume?"+begun.url.RawQuery), http.StatusBadRequest, "expired or is already finished")
	})
}

// TestSessionCookieIsTheOnlyProof: only the cookie identifies the session, and a
// cookie that differs in one character identifies none.
func TestSessionCookieIsTheOnlyProof(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	b.signIn()
	issuer, _ := url.Parse(f.cfg.Issuer + "authorize")
	var name, value string
	for _, c := range b.client.Jar.Cookies(issuer) {
		if strings.HasPrefix(c.Name, "auth0_") {
			name, value = c.Name, c.Value
		}
	}
	status := func(cookie string) int {
		req, err := http.NewRequestWithContext(t.Context(), "GET", f.cfg.Issuer+"authorize?"+authRequestValues().Encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", cookie)
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		io.Copy(io.Discard, res.Body)
		if strings.HasPrefix(res.Header.Get("Location"), "/u/login") {
			return http.StatusUnauthorized
		}
		return res.StatusCode
	}
	for cookie, want := range map[string]int{
		name + "=" + value:                  http.StatusFound,
		name + "=" + value[:42]:             http.StatusUnauthorized,
		name + "=" + value + "A":            http.StatusUnauthorized,
		name + "=" + strings.ToLower(value): http.StatusUnauthorized,
		"auth0=" + value:                    http.StatusUnauthorized,
		name + "=":                          http.StatusUnauthorized,
		"did" + strings.TrimPrefix(name, "auth0") + "=" + value: http.StatusUnauthorized,
	} {
		if got := status(cookie); got != want {
			t.Errorf("%s: expected %d, got %d", cookie, want, got)
		}
	}
}
