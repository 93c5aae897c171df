package cloud

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/realtenant/standin"
	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/watch"
)

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

// browserOptions make a browser find the stand-in and trust its certificate.
func browserOptions(tenant *standin.Tenant) []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{
		chromedp.Flag("host-resolver-rules", "MAP "+standin.Domain+":443 "+tenant.Address()),
		chromedp.Flag("ignore-certificate-errors-spki-list", tenant.Key),
	}
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
`, domain, standin.Audience, origin)
}

func writeDevSettings(t testing.TB, root, domain, origin string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, "Pulumi.dev.yaml"), []byte(devSettingsText(domain, origin)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// newRealTenantCloud starts a local cloud whose users sign in at a stand-in for
// Auth0.
func newRealTenantCloud(t *testing.T) (*Cloud, *standin.Tenant) {
	t.Helper()
	root := newProject(t)
	cfg := Config{Root: root, Stack: "dev", RealTenant: true, ClientID: standin.ClientID, HTTPClient: &http.Client{}}
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
	*cfg.HTTPClient = *tenant.Client(tenant.Roots)
	writeDevSettings(t, root, standin.Domain, cloud.SiteURL())
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
	b := newBrowser(t, browserOptions(tenant)...)
	b.Open(cloud.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.See(sitetest.TestID("ready-user"))
	if at := sitetest.Evaluate(b.Browser, chromedp.Evaluate[string]("location.origin")); at != "https://"+standin.Domain {
		t.Errorf("expected to sign in at the tenant, got %s", at)
	}
	b.Click(sitetest.TestID("ready-user"))
	if got := b.Text(sitetest.TestID("user-email")); got != ReadyUser.Email {
		t.Errorf("expected %s to be signed in, got %q", ReadyUser.Email, got)
	}
	if greeting := b.Call("call-private", "200"); !strings.Contains(greeting, "Hello auth0|") {
		t.Errorf("expected the private greeting, got %q", greeting)
	}

	// A reload keeps the person signed in, by the tenant's refresh token.
	b.Do(chromedp.Reload())
	b.See(sitetest.TestID("user-email"))
	b.Open(cloud.SiteURL() + "/profile")
	if claims := b.Text(sitetest.TestID("access-claims")); !strings.Contains(claims, "https://"+standin.Domain+"/") {
		t.Errorf("expected a token of the tenant, got %q", claims)
	}
	b.Click(sitetest.TestID("sign-out"))
	b.See(sitetest.TestID("sign-in"))
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
		"cookies of other sites":    {0, sitetest.TestID("user-email")},
		"no cookies of other sites": {1, sitetest.TestID("sign-in")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, tenant := newRealTenantCloud(t)
			settings := strings.Replace(devSettingsText(standin.Domain, cloud.SiteURL()), "tokenCache: localstorage", "tokenCache: memory", 1)
			if err := os.WriteFile(filepath.Join(cloud.cfg.Root, "Pulumi.dev.yaml"), []byte(settings), 0o644); err != nil {
				t.Fatal(err)
			}
			if !cloud.Reload(t.Context(), watch.Change{Files: []string{"Pulumi.dev.yaml"}}) {
				t.Fatal("expected the settings to be served")
			}
			b := newBrowser(t, append(browserOptions(tenant), chromedp.UserDataDir(cookieProfile(t, test.mode)))...)
			b.Open(cloud.SiteURL())
			b.Click(sitetest.TestID("sign-in"))
			b.Click(sitetest.TestID("ready-user"))
			b.See(sitetest.TestID("user-email"))
			b.Do(chromedp.Reload())
			b.See(test.want)
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
	config := sitetest.ReadConfig(t, cloud.SiteURL())
	if got := config.Auth0; got.Domain != standin.Domain || got.ClientID != standin.ClientID || got.Audience != standin.Audience {
		t.Errorf("expected the tenant's own, got %+v", got)
	}
	response, err := http.Get(cloud.SiteURL())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	policy := response.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "connect-src 'self' https://"+standin.Domain+";") || strings.Contains(policy, "http://") {
		t.Errorf("expected the tenant and no other host, got %s", policy)
	}
	if cloud.tenant != nil {
		t.Errorf("a local tenant listens on %s", cloud.tenant.URL())
	}
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
	request.Header.Set("Authorization", "Bearer "+sitetest.SignIn(t, local.SiteURL()))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("expected 401, got %d", response.StatusCode)
	}
}
