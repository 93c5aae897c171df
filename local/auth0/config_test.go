package auth0

import (
	"strings"
	"testing"
	"time"
)

func TestConfigProblems(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*setup)
		want   string
	}{
		{"no issuer", func(c *setup) { c.Issuer = "" }, `issuer "": expected an absolute URL`},
		{"issuer without scheme", func(c *setup) { c.Issuer = "localhost:3002/" }, `expected an absolute URL`},
		{"issuer without slash", func(c *setup) { c.Issuer = "http://localhost:3002" }, `one trailing slash, such as http://localhost:3002/`},
		{"issuer with a path", func(c *setup) { c.Issuer = "http://localhost:3002/a/" }, `one trailing slash`},
		{"issuer with a query", func(c *setup) { c.Issuer = "http://localhost:3002/?a" }, `one trailing slash`},
		{"client without ID", func(c *setup) { c.Clients[0].ID = "" }, `client "The site": the ID is empty`},
		{"two clients", func(c *setup) { c.Clients[1].ID = spa }, `client "spa-client": there is another client with this ID`},
		{"relative callback", func(c *setup) { c.Clients[0].Callbacks = []string{"/cb"} }, `URL "/cb": expected an absolute http or https URL`},
		{"script callback", func(c *setup) { c.Clients[0].Callbacks = []string{"javascript:alert(1)"} }, `expected an absolute http or https URL`},
		{"wildcard callback", func(c *setup) { c.Clients[0].Callbacks = []string{"https://*.example.com"} }, `wildcards are not supported; list each URL`},
		{"callback with a fragment", func(c *setup) { c.Clients[0].Callbacks = []string{site + "#a"} }, `a fragment is not allowed`},
		{"logout URL with a user", func(c *setup) { c.Clients[0].LogoutURLs = []string{"http://a@b.example"} }, `a user name is not allowed`},
		{"web origin with a slash", func(c *setup) { c.Clients[0].WebOrigins = []string{site + "/"} }, `web origin "http://localhost:3000/": expected scheme, host and port only`},
		{"implicit grant", func(c *setup) { c.Clients[0].GrantTypes = []string{"implicit"} }, `grant type "implicit": expected authorization_code or refresh_token`},
		{"negative ID token lifetime", func(c *setup) { c.Clients[0].IDTokenLifetime = -1 }, `ID token lifetime -1ns`},
		{"negative leeway", func(c *setup) { c.Clients[0].RefreshToken.Leeway = -1 }, `must not be negative`},
		{"idle beyond the lifetime", func(c *setup) { c.Clients[0].RefreshToken.IdleLifetime = 49 * time.Hour }, `idle lifetime 49h0m0s is longer than its lifetime 48h0m0s; shorten it`},
		{"API without identifier", func(c *setup) { c.APIs[0].Identifier = "" }, `API "The API": the identifier is empty`},
		{"two APIs", func(c *setup) { c.APIs = append(c.APIs, c.APIs[0]) }, `there is another API with this identifier`},
		{"management API", func(c *setup) { c.APIs[0].Identifier = c.Issuer + "api/v2/" }, `the identifier belongs to the tenant itself`},
		{"long token lifetime", func(c *setup) { c.APIs[0].TokenLifetime = 721 * time.Hour }, `token lifetime 721h0m0s: expected more than zero and at most 720h0m0s`},
		{"unknown user policy", func(c *setup) { c.APIs[0].UserPolicy = "allow" }, `user policy "allow": expected require_client_grant, allow_all or deny_all`},
		{"client grant of no client", func(c *setup) { c.ClientGrants[0].ClientID = "x" }, `client grant of "x" for "https://api.example.com": there is no client with this ID`},
		{"client grant for no API", func(c *setup) { c.ClientGrants[0].Audience = "x" }, `client grant of "spa-client" for "x": there is no API with this identifier`},
		{"client grant of a scope that the API lacks", func(c *setup) { c.ClientGrants[0].Scopes = []string{"admin"} }, `scope "admin": the API does not have it`},
		{"two client grants for one", func(c *setup) { c.ClientGrants[1].ClientID = spa }, `there is another one; list the scopes of both in one`},
		{"scope of two words", func(c *setup) { c.APIs[0].Scopes = []Scope{{Value: "a b"}} }, `scope "a b": expected one word`},
		{"scope twice", func(c *setup) { c.APIs[0].Scopes = []Scope{{Value: "a"}, {Value: "a"}} }, `scope "a": expected one word that is listed once`},
		{"scope of OpenID Connect", func(c *setup) { c.APIs[0].Scopes = []Scope{{Value: "openid"}} }, `not a scope of OpenID Connect`},
		{"ready user", func(c *setup) { c.ReadyUser.Password = "short" }, `ready user "ready@example.com": choose a password of at least 8 characters`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := testSetup("http://localhost:3002/")
			tt.change(&cfg)
			if _, err := cfg.tenant(t, testKeys); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("expected %q, got %v", tt.want, err)
			}
		})
	}
}

func TestConfigProblemsAreJoined(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{ReadyUser: &ReadyUser{}}); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("options: expected two problems, got %v", err)
	}
	_, err := start(t).tenant.Prepare(t.Context(), Config{Clients: []Client{{}}, APIs: []API{{}}})
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("configuration: expected two problems, got %v", err)
	}
}

func TestConfigDefaults(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.reload(Config{Clients: []Client{{ID: "a"}}, APIs: []API{{Identifier: "b"}}})
	s := f.tenant.current.Load()
	if got := s.clients["a"]; got.IDTokenLifetime != 10*time.Hour || got.Name != "a" {
		t.Errorf("client: got %+v", got)
	}
	if got := s.apis["b"]; got.TokenLifetime != 24*time.Hour || got.Name != "b" {
		t.Errorf("API: got %+v", got)
	}
}

func TestNewMakesAKey(t *testing.T) {
	t.Parallel()
	tenant, err := New(Options{Issuer: "http://localhost:3002/"})
	if err != nil {
		t.Fatal(err)
	}
	if token, err := tenant.keys.sign(map[string]any{}); err != nil || token == "" {
		t.Errorf("got %q, %v", token, err)
	}
	if got := tenant.Users(); len(got) != 0 {
		t.Errorf("expected an empty set of users, got %v", got)
	}
}
