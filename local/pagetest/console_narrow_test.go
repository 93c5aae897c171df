package pagetest

import (
	"net/http"
	"strings"
	"testing"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"

	"github.com/chromedp/chromedp"
)

// TestConsoleFitsANarrowWindow: each view scrolls up and down only.
func TestConsoleFitsANarrowWindow(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Do(chromedp.EmulateViewport(360, 740))
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public?"+strings.Repeat("x", 200))
	b.Open(cloud.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email"))
	for _, view := range []struct{ path, click, see string }{
		{"", `[data-testid="function-call"] > summary`, "event-text"},
		{"", `[data-testid="request"]`, "event"},
		{"/explorer", `[data-testid="send"]:enabled`, "outcome"},
		{"/logs", `[data-testid="log"]`, "log"},
		{"/stack", `[data-testid="node"]`, "node-detail"},
		{"/tenant", `[data-testid="tokens"] summary`, "issued-claims"},
	} {
		b.Open(cloud.ConsoleURL() + view.path)
		b.Click(chromedp.CSS(view.click))
		b.See(sitetest.TestID(view.see))
		if wide := sitetest.Evaluate(b.Browser, chromedp.Evaluate[int]("document.documentElement.scrollWidth")); wide > 360 {
			t.Errorf("%q: expected it to fit into 360 px, got %d", view.path, wide)
		}
	}
}
