package cloud

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// newCloud starts a local cloud of the dev stack on free ports.
func newCloud(t *testing.T) *Cloud {
	t.Helper()
	return newCloudWith(t, Config{Stack: "dev"})
}

// newCloudWith deploys a cloud. Each before is called before that.
func newCloudWith(t testing.TB, cfg Config, before ...func(*Cloud)) *Cloud {
	t.Helper()
	if cfg.Root == "" {
		cfg.Root = sharedProject(t)
	}
	cloud, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, change := range before {
		change(cloud)
	}
	if err := cloud.Deploy(t.Context()); err != nil {
		t.Fatal(err)
	}
	return cloud
}

// call calls a route by the page's own button and returns the newest result's
// body, once its status is there.
func (b *browser) call(button, status string) (body string) {
	b.t.Helper()
	b.click(testID(button))
	newest := testID("call-result") + `:first-child`
	b.see(newest + chromedp.CSS(`[data-status="`+status+`"]`))
	return b.text(newest + " " + testID("result-body"))
}

// TestPersonSignsUpAndCallsThePrivateRoute is the whole of what a user does, in a real
// browser, under the headers that are deployed.
func TestPersonSignsUpAndCallsThePrivateRoute(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	const email, password = "person@example.com", "correct horse battery"

	// Signed out: the public route answers, the private one refuses.
	b.open(cloud.SiteURL())
	b.see(testID("sign-in"))
	if body := b.call("call-public", "200"); !strings.Contains(body, "Hello stranger!") {
		t.Errorf("expected the public greeting, got %q", body)
	}
	b.expect("Failed to load resource: the server responded with a status of 401 (Unauthorized) (" + cloud.SiteURL() + "/api/private)")
	if body := b.call("call-private", "401"); !strings.Contains(body, `{"message":"Unauthorized"}`) {
		t.Errorf("expected API Gateway's refusal, got %q", body)
	}

	// Sign up, and get the greeting.
	b.click(testID("sign-up"))
	b.fillForm(email, password)
	if got := b.text(testID("user-email")); got != email {
		t.Errorf("expected %s to be signed in, got %q", email, got)
	}
	greeting := b.call("call-private", "200")
	if !strings.HasPrefix(strings.TrimSpace(greeting), "Hello auth0|") {
		t.Errorf("expected the private greeting, got %q", greeting)
	}

	b.picture("site")

	// A reload keeps the person signed in, and a deep link shows the claims.
	b.do(chromedp.Reload())
	b.see(testID("user-email"))
	b.open(cloud.SiteURL() + "/profile")
	if claims := b.text(testID("id-claims")); !strings.Contains(claims, email) {
		t.Errorf("expected the ID token's e-mail, got %q", claims)
	}
	if claims := b.text(testID("access-claims")); !strings.Contains(claims, "read:private") {
		t.Errorf("expected the access token's scope, got %q", claims)
	}
	b.see(testID("time-left"))
	b.picture("profile")

	// Signing out lasts, also after a reload.
	b.click(testID("sign-out"))
	b.see(testID("sign-in"))
	b.open(cloud.SiteURL())
	b.see(testID("sign-in"))

	// The password opens the same account again.
	b.click(testID("sign-in"))
	b.fillForm(email, password)
	b.see(testID("user-email"))
	if again := b.call("call-private", "200"); again != greeting {
		t.Errorf("expected the same greeting, %q, got %q", greeting, again)
	}
}

// fillForm fills the tenant's form and submits it.
func (b *browser) fillForm(email, password string) {
	b.t.Helper()
	b.fill(`[name="email"]:not([type="hidden"])`, email)
	b.fill(`[name="password"]:not([type="hidden"])`, password)
	b.click(testID("submit"))
}

func TestReadyUserSignsInWithOneClick(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.SiteURL())
	b.click(testID("sign-in"))
	b.see(testID("ready-user"))
	b.picture("sign-in")
	b.click(testID("ready-user"))
	if got := b.text(testID("user-email")); got != ReadyUser.Email {
		t.Errorf("expected %s to be signed in, got %q", ReadyUser.Email, got)
	}
}
