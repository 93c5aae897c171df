package cloud

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestConsoleFitsANarrowWindow: each view scrolls up and down only.
func TestConsoleFitsANarrowWindow(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.do(chromedp.EmulateViewport(360, 740))
	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public?"+strings.Repeat("x", 200))
	b.open(cloud.SiteURL())
	b.click(testID("sign-in"))
	b.click(testID("ready-user"))
	b.see(testID("user-email"))
	for _, view := range []struct{ path, click, see string }{
		{"", `[data-testid="function-call"] > summary`, "event-text"},
		{"", `[data-testid="request"]`, "event"},
		{"/explorer", `[data-testid="send"]:enabled`, "outcome"},
		{"/logs", `[data-testid="log"]`, "log"},
		{"/stack", `[data-testid="node"]`, "node-detail"},
		{"/tenant", `[data-testid="tokens"] summary`, "issued-claims"},
	} {
		b.open(cloud.ConsoleURL() + view.path)
		b.click(chromedp.CSS(view.click))
		b.see(testID(view.see))
		if wide := evaluate(b, chromedp.Evaluate[int]("document.documentElement.scrollWidth")); wide > 360 {
			t.Errorf("%q: expected it to fit into 360 px, got %d", view.path, wide)
		}
	}
}
