package auth0

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// TestDiscovery: any page may read the document, and each address in it is served.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	got := b.get(".well-known/openid-configuration")
	var document map[string]any
	if err := json.Unmarshal([]byte(got.body), &document); err != nil {
		t.Fatal(err)
	}
	if document["issuer"] != b.cfg.Issuer || got.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %v, %v", document["issuer"], got.header)
	}
	for name, value := range document {
		address, ok := value.(string)
		if strings.HasSuffix(name, "_endpoint") || name == "jwks_uri" {
			if !ok || !strings.HasPrefix(address, b.cfg.Issuer) || b.do("GET", address, "").status == http.StatusNotFound {
				t.Errorf("%s: nothing is served at %v", name, value)
			}
		}
	}
}

func TestKeyRotation(t *testing.T) {
	t.Parallel()
	f := startWith(t, newKeyring) // other tests share theirs
	b := f.browser()
	verify := func(token string) error {
		keys := oidc.NewRemoteKeySet(t.Context(), f.cfg.Issuer+".well-known/jwks.json")
		_, err := oidc.NewVerifier(f.cfg.Issuer, keys, &oidc.Config{ClientID: spa, Now: f.now}).Verify(t.Context(), token)
		return err
	}
	first := b.signedIn().IDToken
	for rotation, good := range []bool{true, true, false} {
		if err := verify(first); (err == nil) != good {
			t.Errorf("after %d rotations: got %v", rotation, err)
		}
		if err := f.tenant.RotateKeys(); err != nil {
			t.Fatal(err)
		}
	}
	if err := verify(b.signedIn("prompt", "login").IDToken); err != nil {
		t.Errorf("a new token: %v", err)
	}
	body := b.get(".well-known/jwks.json").body
	if strings.Contains(body, `"d"`) || strings.Count(body, `"use":"sig"`) != 2 || strings.Count(body, `"alg":"RS256"`) != 2 {
		t.Errorf("got %s", body)
	}
}

func TestUserinfoRefusals(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	tokens := b.signedIn()
	withoutOpenID := b.signedIn("scope", "read:private", "prompt", "login").AccessToken
	const missing, invalid = `Bearer realm="Users"`, `Bearer realm="Users", error="invalid_token", error_description="The access token is invalid"`
	check := func(name, authorization, want string) {
		t.Helper()
		got := b.do("GET", b.cfg.Issuer+"userinfo", "", "Authorization", authorization)
		if got.status != 401 || got.body != "Unauthorized" || got.header.Get("WWW-Authenticate") != want {
			t.Errorf("%s: got %d %q %q", name, got.status, got.body, got.header.Get("WWW-Authenticate"))
		}
	}
	check("none", "", missing)
	check("basic", "Basic eDp5", missing)
	check("empty", "Bearer ", missing)
	check("unknown", "Bearer x", invalid)
	check("ID token", "Bearer "+tokens.IDToken, invalid)
	check("refresh token", "Bearer "+tokens.RefreshToken, invalid)
	check("changed signature", "Bearer "+tokens.AccessToken+"A", invalid)
	check("without openid", "Bearer "+withoutOpenID, invalid)
	if got := b.userinfo(tokens.AccessToken); got.status != 200 {
		t.Errorf("good: got %d", got.status)
	}
	b.advance(time.Hour)
	check("expired", "Bearer "+tokens.AccessToken, invalid)
}

func TestCORS(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	for _, path := range []string{"oauth/token", "oauth/revoke", "userinfo"} {
		preflight := b.do("OPTIONS", b.cfg.Issuer+path, "", "Origin", site, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "auth0-client")
		if preflight.status != 204 || preflight.header.Get("Access-Control-Allow-Origin") != site || !strings.Contains(preflight.header.Get("Access-Control-Allow-Headers"), "Auth0-Client") {
			t.Errorf("%s: got %d %v", path, preflight.status, preflight.header)
		}
		allowed := b.do("POST", b.cfg.Issuer+path, "", "Origin", site)
		if allowed.header.Get("Access-Control-Allow-Origin") != site || allowed.header.Get("Access-Control-Allow-Credentials") != "" || allowed.header.Get("Vary") != "Origin" {
			t.Errorf("%s: got %v", path, allowed.header)
		}
		for _, origin := range []string{"https://evil.example", "null", site + "/", "http://localhost:30000"} {
			got := b.do("POST", b.cfg.Issuer+path, "", "Origin", origin)
			if got.status != 403 || got.header.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(got.body, "Origin "+origin+" is not allowed.") {
				t.Errorf("%s from %s: got %d %s", path, origin, got.status, got.body)
			}
		}
		if got := b.do("DELETE", b.cfg.Issuer+path, ""); got.status != 405 {
			t.Errorf("%s: DELETE got %d", path, got.status)
		}
	}
	if got := b.do("POST", b.cfg.Issuer+"oauth/token", "", "Origin", "https://elsewhere.example"); got.status == 403 {
		t.Error("expected a callback's origin to be allowed")
	}
}

func TestAvatar(t *testing.T) {
	t.Parallel()
	f := start(t)
	b := f.browser()
	got := b.get("avatars/" + f.user.avatar() + ".svg")
	if got.status != 200 || !strings.Contains(got.body, ">AP</text>") || got.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	for _, unknown := range []string{"avatars/x.svg", "avatars/" + f.user.avatar(), "avatars/..%2fx.svg"} {
		if got := b.get(unknown); got.status != 404 {
			t.Errorf("%s: got %d", unknown, got.status)
		}
	}
	for name, want := range map[string]string{
		"Ada Lovelace": "AL", "ada": "A", "person@example.com": "P", "  ": "?", "<script>": "S", "É b": "ÉB", "Ada M. King Lovelace": "AL",
	} {
		if got := initials(name); got != want {
			t.Errorf("initials of %q: expected %q, got %q", name, want, got)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	table := newExpiringMap[int](3)
	for i, key := range []string{"a", "b", "c", "d"} {
		table.put(key, i, now, now.Add(time.Minute))
	}
	if _, ok := table.get("a", now); ok {
		t.Error("expected the oldest to give way")
	}
	if v, ok := table.get("d", now); !ok || v != 3 {
		t.Errorf("got %d, %v", v, ok)
	}
	if _, ok := table.get("d", now.Add(time.Minute)); ok {
		t.Error("expected it to expire")
	}
	table.put("e", 4, now.Add(time.Hour), now.Add(2*time.Hour))
	if len(table.rows) != 1 || len(table.order) != 1 {
		t.Errorf("expected what expired to be gone, got %v", table.rows)
	}
}

// TestFullMapKeepsValidEntries: rows that were dropped or have expired are removed
// before any other.
func TestFullMapKeepsValidEntries(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	table := newExpiringMap[int](3)
	table.put("live", 1, now, now.Add(time.Hour))
	for i := range 20 {
		table.put("dropped", i, now, now.Add(time.Hour))
		table.drop("dropped")
	}
	table.put("short", 2, now, now.Add(time.Minute))
	table.put("long", 3, now, now.Add(time.Hour))
	later := now.Add(time.Minute)
	table.put("new", 4, later, later.Add(time.Hour))
	for key, want := range map[string]bool{"live": true, "dropped": false, "short": false, "long": true, "new": true} {
		if _, got := table.get(key, later); got != want {
			t.Errorf("%s: expected %t, got %t", key, want, got)
		}
	}
	if len(table.rows) != 3 || len(table.order) > 6 {
		t.Errorf("expected 3 rows, got %v and %v", table.rows, table.order)
	}
}
