package pagetest

import (
	"strings"
	"testing"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"

	"github.com/chromedp/chromedp"
)

// TestPersonSignsUpAndCallsThePrivateRoute is the whole of what a user does, in a real
// browser, under the headers that are deployed.
func TestPersonSignsUpAndCallsThePrivateRoute(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	const email, password = "person@example.com", "correct horse battery"

	// Signed out: the public route answers, the private one refuses.
	b.Open(cloud.SiteURL())
	b.See(sitetest.TestID("sign-in"))
	if body := b.Call("call-public", "200"); !strings.Contains(body, "Hello stranger!") {
		t.Errorf("expected the public greeting, got %q", body)
	}
	b.Expect("Failed to load resource: the server responded with a status of 401 (Unauthorized) (" + cloud.SiteURL() + "/api/private)")
	if body := b.Call("call-private", "401"); !strings.Contains(body, `{"message":"Unauthorized"}`) {
		t.Errorf("expected API Gateway's refusal, got %q", body)
	}

	// Sign up, and get the greeting.
	b.Click(sitetest.TestID("sign-up"))
	b.FillForm(email, password)
	if got := b.Text(sitetest.TestID("user-email")); got != email {
		t.Errorf("expected %s to be signed in, got %q", email, got)
	}
	greeting := b.Call("call-private", "200")
	if !strings.HasPrefix(strings.TrimSpace(greeting), "Hello auth0|") {
		t.Errorf("expected the private greeting, got %q", greeting)
	}

	b.Picture("site")

	// A reload keeps the person signed in, and a deep link shows the claims.
	b.Do(chromedp.Reload())
	b.See(sitetest.TestID("user-email"))
	b.Open(cloud.SiteURL() + "/profile")
	if claims := b.Text(sitetest.TestID("id-claims")); !strings.Contains(claims, email) {
		t.Errorf("expected the ID token's e-mail, got %q", claims)
	}
	if claims := b.Text(sitetest.TestID("access-claims")); !strings.Contains(claims, "read:private") {
		t.Errorf("expected the access token's scope, got %q", claims)
	}
	b.See(sitetest.TestID("time-left"))
	b.Picture("profile")

	// Signing out lasts, also after a reload.
	b.Click(sitetest.TestID("sign-out"))
	b.See(sitetest.TestID("sign-in"))
	b.Open(cloud.SiteURL())
	b.See(sitetest.TestID("sign-in"))

	// The password opens the same account again.
	b.Click(sitetest.TestID("sign-in"))
	b.FillForm(email, password)
	b.See(sitetest.TestID("user-email"))
	if again := b.Call("call-private", "200"); again != greeting {
		t.Errorf("expected the same greeting, %q, got %q", greeting, again)
	}
}
func TestReadyUserSignsInWithOneClick(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Open(cloud.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.See(sitetest.TestID("ready-user"))
	b.Picture("sign-in")
	b.Click(sitetest.TestID("ready-user"))
	if got := b.Text(sitetest.TestID("user-email")); got != local.ReadyUser.Email {
		t.Errorf("expected %s to be signed in, got %q", local.ReadyUser.Email, got)
	}
}
