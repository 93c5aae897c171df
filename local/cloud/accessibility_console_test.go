package cloud

import (
	"net/http"
	"testing"

	"api-auth-jwt-auth0/local/sitetest"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestConsoleIsAccessible in each state of its views but the tenant's.
func TestConsoleIsAccessible(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL())
	b.See(sitetest.TestID("no-requests"))
	b.Accessible("invocations, none")
	b.Do(chromedp.KeyEvent("?"))
	b.See(sitetest.TestID("keys-help") + "[open]")
	b.Accessible("keys")
	b.Do(chromedp.KeyEvent(kb.Escape))
	b.Click(sitetest.TestID("function-call") + " summary")
	b.See(sitetest.TestID("event-text"))
	b.Accessible("invocations, an event of one's own")
	for _, path := range []string{"/api/public?name=a", "/api/private", "/api/none"} {
		sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+path)
	}
	token, err := cloud.TestToken(cloud.issuer.Users()[0].ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sitetest.Get(cloud.SiteURL()+"/api/private", token); err != nil {
		t.Fatal(err)
	}
	b.See(sitetest.TestID("request") + `[data-status="404"]`)
	b.Click(sitetest.TestID("request") + `[data-status="401"]`)
	b.See(sitetest.TestID("refusal"))
	b.Accessible("invocations, a refused request")
	b.Click(sitetest.TestID("request") + `[data-status="200"]`)
	b.See(sitetest.TestID("event"))
	b.Click(sitetest.TestID("edit-event"))
	b.See(sitetest.TestID("event-text"))
	b.OpenDetails()
	b.Accessible("invocations, an answered request")
	b.Open(cloud.ConsoleURL() + "/?request=gone")
	b.See(sitetest.TestID("request-gone"))
	b.Accessible("invocations, a request that is gone")
	b.Click(sitetest.TestID("pause"))
	b.Click(sitetest.TestID("clear"))
	b.See(sitetest.TestID("cleared"))
	b.Accessible("invocations, paused and cleared")
	b.Open(cloud.ConsoleURL() + "/none")
	b.See(chromedp.CSS("h1"))
	b.Accessible("no such view")
	cloud.observer.recorder.Problem("handler.go:12:2: undefined: x")
	b.See(sitetest.TestID("problem"))
	b.Accessible("a problem")
	cloud.observer.recorder.Deployed()

	b.Open(cloud.ConsoleURL() + "/logs?q=none")
	b.See(sitetest.TestID("line-count"))
	b.Accessible("logs, none")
	b.Open(cloud.ConsoleURL() + "/logs?platform=1")
	b.See(sitetest.TestID("log"))
	b.Accessible("logs")
}

// TestExplorerAndStackAreAccessible in each of their states.
func TestExplorerAndStackAreAccessible(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL() + "/explorer")
	b.See(sitetest.TestID("send"))
	b.Accessible("explorer")
	b.Click(sitetest.TestID("send") + ":enabled")
	b.See(sitetest.TestID("outcome") + `[data-status="200"]`)
	b.Choose("flaw", "expired")
	b.Click(sitetest.TestID("send") + ":enabled")
	b.See(sitetest.TestID("outcome") + `[data-status="401"]`)
	b.Click(sitetest.TestID("add-query"))
	b.Click(sitetest.TestID("add-headers"))
	b.Choose("method", "POST")
	b.Fill(sitetest.TestID("body"), "no JSON")
	b.OpenDetails()
	b.Accessible("explorer, with history and a body that is not JSON")

	b.Open(cloud.ConsoleURL() + "/stack")
	b.See(sitetest.TestID("differences"))
	b.Accessible("stack")
	b.Click(sitetest.TestID("node") + `[data-kind="Function"]`)
	b.See(sitetest.TestID("node-detail"))
	b.OpenDetails()
	b.Accessible("stack, a resource")
	b.Open(cloud.ConsoleURL() + "/stack?resource=gone")
	b.See(sitetest.TestID("resource-gone"))
	b.Accessible("stack, a resource that is gone")
}

// TestTenantViewIsAccessible in each of its states.
func TestTenantViewIsAccessible(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.Allow("status of 409")
	b.Open(cloud.ConsoleURL() + "/tenant")
	b.See(sitetest.TestID("users"))
	b.Accessible("no sessions")
	b.Click(sitetest.TestID("add-user") + ":enabled")
	b.Click(sitetest.TestID("save-user"))
	b.Until(`document.querySelector('[data-testid="user-problem"]').textContent !== ""`)
	b.Accessible("a user who is refused")
	b.Fill(`[name="email"]`, "person@example.com")
	b.Fill(`[name="password"]`, "correct horse battery")
	b.Click(sitetest.TestID("save-user"))
	b.See(sitetest.TestID("edit-user"))
	b.Click(sitetest.TestID("edit-user"))
	b.Click(sitetest.TestID("delete-user"))
	b.Accessible("a user who is edited, and about to be deleted")

	b.Open(cloud.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email"))
	b.Open(cloud.ConsoleURL() + "/tenant")
	b.Click(sitetest.TestID("expire") + ":enabled")
	b.See(sitetest.TestID("expired"))
	b.OpenDetails()
	b.Accessible("an expired grant")
	b.Click(sitetest.TestID("revoke") + ":enabled")
	b.See(sitetest.TestID("revoked"))
	b.Accessible("a revoked grant")
}

// TestDisconnectedConsoleIsAccessible: the local cloud has ended.
func TestDisconnectedConsoleIsAccessible(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.Allow("ERR_CONNECTION_REFUSED")
	b.Allow("ERR_INCOMPLETE_CHUNKED_ENCODING")
	b.Open(cloud.ConsoleURL())
	b.Until(`document.querySelector('[data-testid="connection"]').textContent === "Live"`)
	b.Block("*://*:*/api/events")
	cloud.console.Close()
	b.Until(`document.querySelector('[data-testid="connection"]').textContent.startsWith("Waiting")`)
	b.Accessible("disconnected")
}
