package cloud

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestConsoleIsAccessible in each state of its views but the tenant's.
func TestConsoleIsAccessible(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.ConsoleURL())
	b.see(testID("no-requests"))
	b.accessible("invocations, none")
	b.do(chromedp.KeyEvent("?"))
	b.see(testID("keys-help") + "[open]")
	b.accessible("keys")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.click(testID("function-call") + " summary")
	b.see(testID("event-text"))
	b.accessible("invocations, an event of one's own")
	for _, path := range []string{"/api/public?name=a", "/api/private", "/api/none"} {
		fetch(t, http.DefaultClient, cloud.SiteURL()+path)
	}
	fetchAs(t, cloud, "/api/private")
	b.see(testID("request") + `[data-status="404"]`)
	b.click(testID("request") + `[data-status="401"]`)
	b.see(testID("refusal"))
	b.accessible("invocations, a refused request")
	b.click(testID("request") + `[data-status="200"]`)
	b.see(testID("event"))
	b.click(testID("edit-event"))
	b.see(testID("event-text"))
	b.openDetails()
	b.accessible("invocations, an answered request")
	b.open(cloud.ConsoleURL() + "/?request=gone")
	b.see(testID("request-gone"))
	b.accessible("invocations, a request that is gone")
	b.click(testID("pause"))
	b.click(testID("clear"))
	b.see(testID("cleared"))
	b.accessible("invocations, paused and cleared")
	b.open(cloud.ConsoleURL() + "/none")
	b.see(chromedp.CSS("h1"))
	b.accessible("no such view")
	cloud.observer.recorder.Problem("handler.go:12:2: undefined: x")
	b.see(testID("problem"))
	b.accessible("a problem")
	cloud.observer.recorder.Deployed()

	b.open(cloud.ConsoleURL() + "/logs?q=none")
	b.see(testID("line-count"))
	b.accessible("logs, none")
	b.open(cloud.ConsoleURL() + "/logs?platform=1")
	b.see(testID("log"))
	b.accessible("logs")
}

// TestExplorerAndStackAreAccessible in each of their states.
func TestExplorerAndStackAreAccessible(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.ConsoleURL() + "/explorer")
	b.see(testID("send"))
	b.accessible("explorer")
	b.click(testID("send") + ":enabled")
	b.see(testID("outcome") + `[data-status="200"]`)
	b.choose("flaw", "expired")
	b.click(testID("send") + ":enabled")
	b.see(testID("outcome") + `[data-status="401"]`)
	b.click(testID("add-query"))
	b.click(testID("add-headers"))
	b.choose("method", "POST")
	b.fill(testID("body"), "no JSON")
	b.openDetails()
	b.accessible("explorer, with history and a body that is not JSON")

	b.open(cloud.ConsoleURL() + "/stack")
	b.see(testID("differences"))
	b.accessible("stack")
	b.click(testID("node") + `[data-kind="Function"]`)
	b.see(testID("node-detail"))
	b.openDetails()
	b.accessible("stack, a resource")
	b.open(cloud.ConsoleURL() + "/stack?resource=gone")
	b.see(testID("resource-gone"))
	b.accessible("stack, a resource that is gone")
}

// TestTenantViewIsAccessible in each of its states.
func TestTenantViewIsAccessible(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.allow("status of 409")
	b.open(cloud.ConsoleURL() + "/tenant")
	b.see(testID("users"))
	b.accessible("no sessions")
	b.click(testID("add-user") + ":enabled")
	b.click(testID("save-user"))
	b.until(`document.querySelector('[data-testid="user-problem"]').textContent !== ""`)
	b.accessible("a user who is refused")
	b.fill(`[name="email"]`, "person@example.com")
	b.fill(`[name="password"]`, "correct horse battery")
	b.click(testID("save-user"))
	b.see(testID("edit-user"))
	b.click(testID("edit-user"))
	b.click(testID("delete-user"))
	b.accessible("a user who is edited, and about to be deleted")

	b.open(cloud.SiteURL())
	b.click(testID("sign-in"))
	b.click(testID("ready-user"))
	b.see(testID("user-email"))
	b.open(cloud.ConsoleURL() + "/tenant")
	b.click(testID("expire") + ":enabled")
	b.see(testID("expired"))
	b.openDetails()
	b.accessible("an expired grant")
	b.click(testID("revoke") + ":enabled")
	b.see(testID("revoked"))
	b.accessible("a revoked grant")
}

// TestDisconnectedConsoleIsAccessible: the local cloud has ended.
func TestDisconnectedConsoleIsAccessible(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.allow("ERR_CONNECTION_REFUSED")
	b.allow("ERR_INCOMPLETE_CHUNKED_ENCODING")
	b.open(cloud.ConsoleURL())
	b.until(`document.querySelector('[data-testid="connection"]').textContent === "Live"`)
	b.block("*://*:*/api/events")
	cloud.console.Close()
	b.until(`document.querySelector('[data-testid="connection"]').textContent.startsWith("Waiting")`)
	b.accessible("disconnected")
}
