package realtenant

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/realtenant/standin"
	"api-auth-jwt-auth0/local/stack"
)

// TestFindErrors: problems are reported before anybody signs in, with what to do.
func TestFindErrors(t *testing.T) {
	t.Parallel()
	const site = "http://localhost:3000"
	tenant := newStandIn(t, site)
	good := tenant.Client(tenant.Roots)
	tests := []struct {
		name   string
		domain string
		origin string
		client *http.Client
		want   []string
	}{
		{"no domain", "", site, good, []string{`stack "dev" has no Auth0 tenant`, "pulumi config set --stack dev auth0:domain TENANT.eu.auth0.com"}},
		{"a URL for a domain", "https://tenant.test", site, good, []string{`expected the bare domain, got "https://tenant.test"`}},
		{"another port", standin.Domain, "http://localhost:4000", good, []string{"start with -port 4000", "'developmentOrigins[1]' " + site, "pulumi up --stack dev"}},
		{"no port at all", standin.Domain, "https://app.example.com", good, []string{"allows no logins from this machine", "'developmentOrigins[1]' " + site}},
		{"a tenant that does not exist", "absent.test", site, good, []string{"the tenant absent.test cannot be reached", "check that auth0:domain is the tenant's domain"}},
		{"a certificate that is not trusted", standin.Domain, site, tenant.Client(x509.NewCertPool()), []string{"certificate signed by unknown authority", "SSL_CERT_FILE"}},
		{"a connection that is refused", standin.Domain, site, refusing(t), []string{"connection refused", "HTTPS_PROXY"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := Config{SiteURL: site, ClientID: standin.ClientID, HTTPClient: test.client}
			settings := stack.Settings{Project: "demo", Stack: "dev", Values: map[string]string{
				"auth0:domain": test.domain, "demo:developmentOrigins": `["` + test.origin + `"]`,
			}}
			_, err := Find(t.Context(), cfg, settings)
			wantError(t, err, test.want...)
		})
	}
}

// refusing returns a client whose connections are all refused.
func refusing(t *testing.T) *http.Client {
	t.Helper()
	closed, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer closed.Close()
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, closed.Addr().String())
	}}}
}

func wantError(t *testing.T, err error, want ...string) {
	t.Helper()
	for _, part := range want {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("expected an error with %q, got %v", part, err)
		}
	}
}

// TestDiscovery: tenants whose discovery document does not fit the domain are refused.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	const tenant = "https://" + standin.Domain
	document := func(issuer, jwks string) string {
		text, _ := json.Marshal(map[string]string{"issuer": issuer, "jwks_uri": jwks,
			"authorization_endpoint": tenant + "/authorize", "token_endpoint": tenant + "/oauth/token"})
		return string(text)
	}
	tests := []struct {
		name, document string
		status         int
		want           string // empty for none
	}{
		{"good", document(tenant+"/", tenant+"/keys"), 200, ""},
		{"under a custom domain", document("https://login.example.com/", tenant+"/keys"), 200, `has the issuer "https://login.example.com/"`},
		{"issuer without a slash", document(tenant, tenant+"/keys"), 200, "has the issuer"},
		{"keys elsewhere", document(tenant+"/", "https://tenant.test.example.com/keys"), 200, "has an endpoint on another host"},
		{"missing", "Not found.", 404, "is not an Auth0 tenant: it has no discovery document (status 404)"},
		{"moved", "", 301, "status 301"},
		{"not JSON", "<html>", 200, "is not an Auth0 tenant"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := standin.ServeTLS(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(test.status)
				fmt.Fprint(w, test.document)
			}))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Server.Close()
			err = issuerClient{s.Client(s.Roots)}.discover(t.Context(), tenant)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantError(t, err, test.want)
		})
	}
}

// TestCheckTriesALogin at a tenant with one client, one callback and one API.
func TestCheckTriesALogin(t *testing.T) {
	t.Parallel()
	const site = "http://localhost:3000"
	s := newStandIn(t, site)
	tests := []struct {
		name              string
		clientID, siteURL string
		audience          string
		outputs           stackOutputs
		want              []string // empty for no error
	}{
		{"known", standin.ClientID, site, standin.Audience, stackOutputs{Domain: standin.Domain, Audience: standin.Audience}, nil},
		{"unknown client", "nobody", site, standin.Audience, stackOutputs{}, []string{`refuses logins for the client ID "nobody"`, "pulumi up --stack dev", "Applications"}},
		{"unknown callback", standin.ClientID, "http://localhost:4000", standin.Audience, stackOutputs{}, []string{"at http://localhost:4000", "does not have this callback"}},
		{"unknown audience", standin.ClientID, site, "https://other", stackOutputs{}, []string{"refuses the site's logins", "https://other", "pulumi up --stack dev"}},
		{"another audience than deployed", standin.ClientID, site, "https://other", stackOutputs{Audience: standin.Audience}, []string{
			`stack "dev" is deployed with the audience ` + standin.Audience + ", and its settings have https://other"}},
		{"another tenant than deployed", standin.ClientID, site, standin.Audience, stackOutputs{Domain: "old.test"}, []string{"deployed with the tenant old.test"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tenant := Tenant{stack: "dev", domain: standin.Domain, clientID: test.clientID, siteURL: test.siteURL,
				outputs: test.outputs, client: issuerClient{s.Client(s.Roots)}}
			err := tenant.Check(t.Context(), map[string]any{"auth0Audience": test.audience})
			if len(test.want) == 0 && err != nil {
				t.Error(err)
			}
			wantError(t, err, test.want...)
		})
	}
}

// newStandIn starts a tenant that stands in for Auth0, for a site at these origins.
func newStandIn(t testing.TB, origins ...string) *standin.Tenant {
	t.Helper()
	tenant, err := standin.Start(origins...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tenant.Server.Close)
	return tenant
}

// TestCheckTriesALoginOnce for each audience.
func TestCheckTriesALoginOnce(t *testing.T) {
	t.Parallel()
	const site = "http://localhost:3000"
	tenant := &Tenant{stack: "dev", domain: standin.Domain, clientID: standin.ClientID, siteURL: site, client: issuerClient{refusing(t)}, checked: standin.Audience}
	settings := stack.Settings{Project: "demo", Stack: "dev", Values: map[string]string{
		"auth0:domain": standin.Domain, "demo:developmentOrigins": `["` + site + `"]`,
	}}
	if !tenant.IsOf(settings) || tenant.ClientID() != standin.ClientID {
		t.Error("expected the tenant of the settings, and its client ID")
	}
	if err := errors.Join(tenant.CheckOrigin(settings), tenant.Check(t.Context(), map[string]any{"auth0Audience": standin.Audience})); err != nil {
		t.Error(err)
	}
	wantError(t, tenant.Check(t.Context(), map[string]any{"auth0Audience": "https://other"}), "cannot be reached")
	settings.Values["demo:developmentOrigins"] = "[]"
	wantError(t, tenant.CheckOrigin(settings), "allows no logins from this machine")
	settings.Values["auth0:domain"] = "other.test"
	if tenant.IsOf(settings) {
		t.Error("expected settings with another domain to name another tenant")
	}
}
