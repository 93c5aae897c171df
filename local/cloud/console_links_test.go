package cloud

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestConsoleLinks: a request, a filter and a resource have addresses of their
// own, and Back leads to the one before.
func TestConsoleLinks(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	var ids []string
	for _, path := range []string{"/api/public?name=a", "/api/private"} {
		response, err := http.Get(cloud.SiteURL() + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		ids = append(ids, response.Header.Get("Apigw-Requestid"))
	}
	looksAt := func(text string) {
		t.Helper()
		b.until(`document.querySelector('[data-testid="detail"] h2')?.textContent.includes("` + text + `")`)
	}
	b.open(cloud.ConsoleURL() + "/?request=" + url.QueryEscape(ids[0]))
	looksAt("/api/public?name=a")
	b.until(`document.querySelector('[data-status="200"] .what').textContent.includes("?name=a")`)
	b.click(testID("request") + `[data-status="401"]`)
	looksAt("/api/private")
	b.do(chromedp.NavigateBack())
	looksAt("/api/public?name=a")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`document.querySelector('[data-testid="detail"]') === null && location.search === ""`)

	b.choose("show", "refused")
	b.fill(testID("filter"), "no token")
	b.until(`location.search === "?show=refused&q=no+token"`)
	b.do(chromedp.Reload())
	b.see(testID("request") + `[data-status="401"]`)
	b.until(`document.querySelectorAll('[data-testid="request"]').length === 1`)
	b.click(`nav a[href="/stack"]`)
	b.click(testID("node") + `[data-kind="Distribution"]`)
	b.see(testID("node-detail"))
	b.until(`location.search.startsWith("?resource=urn")`)
	b.click(`nav a[href^="/?"]`)
	b.until(`location.search === "?show=refused&q=no+token"`)
	b.do(chromedp.NavigateBack())
	b.do(chromedp.Reload())
	if detail := b.text(testID("node-detail")); !strings.Contains(detail, "CloudFront distribution") {
		t.Errorf("expected the resource after a reload, got %s", detail)
	}
}

// TestConsoleKeys: the keys do what their help says, except in a text field.
func TestConsoleKeys(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public")
	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/none")
	b.open(cloud.ConsoleURL())
	b.see(testID("request") + `[data-status="404"]`)
	b.do(chromedp.KeyEvent("?"))
	b.see(testID("keys-help") + "[open]")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`!document.querySelector('[data-testid="keys-help"]').open`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }))`))
	b.until(`document.activeElement.matches('[data-testid="filter"]')`)
	b.do(chromedp.KeyEvent("2?"))
	b.until(`location.pathname === "/" && document.activeElement.value === "2?"`)
	b.do(chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(kb.Backspace))

	b.do(chromedp.Focus(testID("request")+`[data-status="404"]`), chromedp.KeyEvent(kb.ArrowDown))
	b.until(`document.activeElement.matches('[data-status="200"]')`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.see(testID("event"))
	b.do(chromedp.KeyEvent("3"))
	b.until(`location.pathname === "/logs"`)
	b.click(testID("keys"))
	b.click(testID("keys-help") + ` input`)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`localStorage.keys === "off" && document.activeElement.matches('[data-testid="keys"]')`)
	b.do(chromedp.KeyEvent("4"), chromedp.KeyEvent(kb.Tab))
	b.until(`location.pathname === "/logs"`)
}

// TestConsoleClears its lists, on this page alone and over a reload, without
// moving the focus.
func TestConsoleClears(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public")
	for _, view := range []struct{ path, row string }{{"/", "request"}, {"/logs", "log"}} {
		b.open(cloud.ConsoleURL() + view.path)
		b.see(testID(view.row))
		b.click(testID("clear"))
		b.until(`document.querySelector('[data-testid="` + view.row + `"]') === null && document.activeElement.matches('[data-testid="clear"]')`)
		b.do(chromedp.Reload())
		b.see(testID("restore"))
		b.until(`document.querySelector('[data-testid="` + view.row + `"]') === null`)
		b.click(testID("restore"))
		b.see(testID(view.row))
		b.until(`document.activeElement.matches('[data-testid="clear"]')`)
	}
}

// TestLogsAreDownloaded as the filter, which is in the address, leaves them.
func TestLogsAreDownloaded(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	folder := b.downloads()
	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public")
	b.open(cloud.ConsoleURL() + "/logs?platform=1")
	b.until(`document.querySelector('[data-testid="line-count"]').textContent === "4 lines"`)
	b.choose("level", "INFO")
	b.until(`document.querySelector('[data-testid="line-count"]').textContent === "1 line"`)
	b.click(testID("download"))
	if text := awaitFile(t, folder+"/logs.txt"); strings.Count(text, "\n") != 1 || !strings.Contains(text, " public ") || !strings.Contains(text, "greeted a stranger") {
		t.Errorf("expected one line, got %q", text)
	}
	b.open(cloud.ConsoleURL() + "/logs?level=ERROR")
	b.until(`document.querySelector('[data-testid="line-count"]').textContent === "0 lines"`)
}
