package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/watch"
)

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// newProject copies the project.
func newProject(t testing.TB) (root string) {
	t.Helper()
	root = t.TempDir()
	source, err := filepath.Abs("..")
	if err == nil {
		err = copyProject(source, root)
	}
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// devSettingsText keeps tokens in localStorage, which no browser's handling of
// cookies touches.
func devSettingsText(domain, origin string) string {
	return fmt.Sprintf(`config:
  aws:region: us-east-1
  auth0:domain: %s
  audience: %s
  developmentOrigins:
    - %s
  protect: false
  tokenCache: localstorage
`, domain, devAudience, origin)
}

func writeDevSettings(t testing.TB, root, domain, origin string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, "Pulumi.dev.yaml"), []byte(devSettingsText(domain, origin)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// newRealTenantCloud starts a local cloud whose people sign in at a stand-in for
// Auth0.
func newRealTenantCloud(t *testing.T) (*Cloud, *standIn) {
	t.Helper()
	root := newProject(t)
	cfg := Config{Root: root, Stack: "dev", RealTenant: true, ClientID: standInClientID, HTTPClient: &http.Client{}}
	cloud, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	tenant := newStandIn(t, cloud.SiteURL())
	*cfg.HTTPClient = *tenant.client(tenant.roots)
	writeDevSettings(t, root, standInDomain, cloud.SiteURL())
	if err := cloud.Deploy(t.Context()); err != nil {
		t.Fatal(err)
	}
	return cloud, tenant
}

// TestPersonSignsInAtTheRealTenant is a real browser's way through a tenant
// under HTTPS that is none of the local cloud's, and back.
func TestPersonSignsInAtTheRealTenant(t *testing.T) {
	t.Parallel()
	cloud, tenant := newRealTenantCloud(t)
	b := newBrowser(t, tenant.browserOptions()...)
	b.open(cloud.SiteURL())
	b.click(testID("sign-in"))
	b.see(testID("ready-user"))
	if at := evaluate(b, chromedp.Evaluate[string]("location.origin")); at != "https://"+standInDomain {
		t.Errorf("expected to sign in at the tenant, got %s", at)
	}
	b.click(testID("ready-user"))
	if got := b.text(testID("user-email")); got != readyUser.Email {
		t.Errorf("expected %s to be signed in, got %q", readyUser.Email, got)
	}
	if greeting := b.call("call-private", "200"); !strings.Contains(greeting, "Hello auth0|") {
		t.Errorf("expected the private greeting, got %q", greeting)
	}

	// A reload keeps the person signed in, by the tenant's refresh token.
	b.do(chromedp.Reload())
	b.see(testID("user-email"))
	b.open(cloud.SiteURL() + "/profile")
	if claims := b.text(testID("access-claims")); !strings.Contains(claims, "https://"+standInDomain+"/") {
		t.Errorf("expected a token of the tenant, got %q", claims)
	}
	b.click(testID("sign-out"))
	b.see(testID("sign-in"))
}

// TestReloadWithTokensInMemory: the tenant is asked in a frame, where its cookie
// is another site's. A person stays signed in where the browser sends that along,
// and is signed out, without an error, where it does not.
func TestReloadWithTokensInMemory(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mode int // chrome://settings/cookies
		want chromedp.CSS
	}{
		"cookies of other sites":    {0, testID("user-email")},
		"no cookies of other sites": {1, testID("sign-in")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, tenant := newRealTenantCloud(t)
			settings := strings.Replace(devSettingsText(standInDomain, cloud.SiteURL()), "tokenCache: localstorage", "tokenCache: memory", 1)
			if err := os.WriteFile(filepath.Join(cloud.cfg.Root, "Pulumi.dev.yaml"), []byte(settings), 0o644); err != nil {
				t.Fatal(err)
			}
			if !cloud.Reload(t.Context(), watch.Change{Files: []string{"Pulumi.dev.yaml"}}) {
				t.Fatal("expected the settings to be served")
			}
			b := newBrowser(t, append(tenant.browserOptions(), chromedp.UserDataDir(cookieProfile(t, test.mode)))...)
			b.open(cloud.SiteURL())
			b.click(testID("sign-in"))
			b.click(testID("ready-user"))
			b.see(testID("user-email"))
			b.do(chromedp.Reload())
			b.see(test.want)
		})
	}
}

// cookieProfile is a browser's profile that sends cookies to frames of other
// sites (mode 0) or does not (1).
func cookieProfile(t *testing.T, mode int) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "Default"), 0o700); err != nil {
		t.Fatal(err)
	}
	preferences := fmt.Sprintf(`{"profile":{"cookie_controls_mode":%d}}`, mode)
	if err := os.WriteFile(filepath.Join(dir, "Default", "Preferences"), []byte(preferences), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestSiteFollowsTheRealTenant: what the page may reach, and whom it asks, come
// from the program by the stack's settings.
func TestSiteFollowsTheRealTenant(t *testing.T) {
	t.Parallel()
	cloud, _ := newRealTenantCloud(t)
	var config siteConfig
	if err := json.Unmarshal([]byte(fetch(t, http.DefaultClient, cloud.SiteURL()+"/config.json")), &config); err != nil {
		t.Fatal(err)
	}
	if got := config.Auth0; got.Domain != standInDomain || got.ClientID != standInClientID || got.Audience != devAudience {
		t.Errorf("expected the tenant's own, got %+v", got)
	}
	response, err := http.Get(cloud.SiteURL())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	policy := response.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "connect-src 'self' https://"+standInDomain+";") || strings.Contains(policy, "http://") {
		t.Errorf("expected the tenant and no other host, got %s", policy)
	}
	if cloud.tenant != nil {
		t.Errorf("a local tenant listens on %s", cloud.tenant.url())
	}
}

// TestRealTenantErrors: what keeps people from signing in is said before
// anybody tries, with what mends it.
func TestRealTenantErrors(t *testing.T) {
	t.Parallel()
	const site = "http://localhost:3000"
	tenant := newStandIn(t, site)
	good := tenant.client(tenant.roots)
	tests := []struct {
		name   string
		domain string
		origin string
		client *http.Client
		want   []string
	}{
		{"no domain", "", site, good, []string{`stack "dev" names no Auth0 tenant`, "pulumi config set --stack dev auth0:domain TENANT.eu.auth0.com"}},
		{"a URL for a domain", "https://tenant.test", site, good, []string{`expected the bare domain, got "https://tenant.test"`}},
		{"another port", standInDomain, "http://localhost:4000", good, []string{"start with -port 4000", "'developmentOrigins[1]' " + site, "pulumi up --stack dev"}},
		{"no port at all", standInDomain, "https://app.example.com", good, []string{"lets nobody sign in from this machine", "'developmentOrigins[1]' " + site}},
		{"a tenant that is not there", "absent.test", site, good, []string{"the tenant absent.test cannot be reached", "is auth0:domain the tenant's domain?"}},
		{"a certificate that is not trusted", standInDomain, site, tenant.client(x509.NewCertPool()), []string{"certificate signed by unknown authority", "SSL_CERT_FILE"}},
		{"a connection that is refused", standInDomain, site, refusing(t), []string{"connection refused", "HTTPS_PROXY"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := Config{ClientID: standInClientID, HTTPClient: test.client}
			settings := stack.Settings{Project: "demo", Stack: "dev", Values: map[string]string{
				"auth0:domain": test.domain, "demo:developmentOrigins": `["` + test.origin + `"]`,
			}}
			_, err := findTenant(t.Context(), cfg, site, settings)
			wantError(t, err, test.want...)
		})
	}
}

// refusing is a client whose connections are all refused.
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

// TestDiscoveryIsHeldAgainstTheDomain: the document of a tenant that would not do.
func TestDiscoveryIsHeldAgainstTheDomain(t *testing.T) {
	t.Parallel()
	const tenant = "https://" + standInDomain
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
		{"under a custom domain", document("https://login.example.com/", tenant+"/keys"), 200, `issues its tokens as "https://login.example.com/"`},
		{"issuer without a slash", document(tenant, tenant+"/keys"), 200, "issues its tokens as"},
		{"keys elsewhere", document(tenant+"/", "https://tenant.test.example.com/keys"), 200, "names an endpoint on another host"},
		{"missing", "Not found.", 404, "is no Auth0 tenant: its discovery document is missing (status 404)"},
		{"moved", "", 301, "status 301"},
		{"not JSON", "<html>", 200, "is no Auth0 tenant"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := serveTLS(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(test.status)
				fmt.Fprint(w, test.document)
			}))
			if err != nil {
				t.Fatal(err)
			}
			defer s.server.Close()
			err = issuerClient{s.client(s.roots)}.discover(t.Context(), tenant)
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

// TestLoginIsTriedBeforeAnybodyDoes asks a tenant that knows one client, one
// callback and one API.
func TestLoginIsTriedBeforeAnybodyDoes(t *testing.T) {
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
		{"known", standInClientID, site, devAudience, stackOutputs{Domain: standInDomain, Audience: devAudience}, nil},
		{"unknown client", "nobody", site, devAudience, stackOutputs{}, []string{`signs nobody in for the client ID "nobody"`, "pulumi up --stack dev", "Applications"}},
		{"unknown callback", standInClientID, "http://localhost:4000", devAudience, stackOutputs{}, []string{"at http://localhost:4000", "lacks the callback"}},
		{"unknown audience", standInClientID, site, "https://other", stackOutputs{}, []string{"refuses the site's requests to sign in", "https://other", "pulumi up --stack dev"}},
		{"another audience than deployed", standInClientID, site, "https://other", stackOutputs{Audience: devAudience}, []string{
			`stack "dev" is deployed with the audience ` + devAudience + ", and its settings say https://other"}},
		{"another tenant than deployed", standInClientID, site, devAudience, stackOutputs{Domain: "old.test"}, []string{"deployed with the tenant old.test"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tenant := realTenant{stack: "dev", domain: standInDomain, clientID: test.clientID, siteURL: test.siteURL,
				outputs: test.outputs, client: issuerClient{s.client(s.roots)}}
			err := tenant.check(t.Context(), map[string]any{"auth0Audience": test.audience})
			if len(test.want) == 0 && err != nil {
				t.Error(err)
			}
			wantError(t, err, test.want...)
		})
	}
}

// TestRealTenantIsAskedOnce: what is saved later costs no question to pulumi or to
// the tenant, unless it changes whom to ask.
func TestRealTenantIsAskedOnce(t *testing.T) {
	t.Parallel()
	const site = "http://localhost:3000"
	nobody := refusing(t)
	cloud := &Cloud{
		cfg:  Config{RealTenant: true, HTTPClient: nobody},
		real: &realTenant{stack: "dev", domain: standInDomain, clientID: standInClientID, siteURL: site, client: issuerClient{nobody}, tried: devAudience},
	}
	settings := stack.Settings{Project: "demo", Stack: "dev", Values: map[string]string{
		"auth0:domain": standInDomain, "demo:developmentOrigins": `["` + site + `"]`,
	}}
	if id, err := cloud.meetTenant(t.Context(), settings); err != nil || id != standInClientID {
		t.Errorf("expected the client ID that is known, got %q and %v", id, err)
	}
	graph := &stack.Graph{Exports: map[string]any{"auth0Audience": devAudience}}
	if err := cloud.checkTenant(t.Context(), graph); err != nil {
		t.Error(err)
	}
	graph.Exports["auth0Audience"] = "https://other"
	wantError(t, cloud.checkTenant(t.Context(), graph), "cannot be reached")
	settings.Values["demo:developmentOrigins"] = "[]"
	_, err := cloud.meetTenant(t.Context(), settings)
	wantError(t, err, "lets nobody sign in from this machine")
}

// TestTokenOfAnotherTenantIsRefused: the API trusts the real tenant's keys alone.
func TestTokenOfAnotherTenantIsRefused(t *testing.T) {
	t.Parallel()
	cloud, _ := newRealTenantCloud(t)
	local := newCloud(t)
	request, err := http.NewRequest(http.MethodGet, cloud.APIURL()+"/api/private", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+signIn(t, local.SiteURL()))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("expected 401, got %d", response.StatusCode)
	}
}
