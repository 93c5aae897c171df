package pagetest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestConsoleLinks: a request, a filter and a resource have addresses of their
// own, and Back leads to the one before.
func TestConsoleLinks(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
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
		b.Until(`document.querySelector('[data-testid="detail"] h2')?.textContent.includes("` + text + `")`)
	}
	b.Open(cloud.ConsoleURL() + "/?request=" + url.QueryEscape(ids[0]))
	looksAt("/api/public?name=a")
	b.Until(`document.querySelector('[data-status="200"] .what').textContent.includes("?name=a")`)
	b.Click(sitetest.TestID("request") + `[data-status="401"]`)
	looksAt("/api/private")
	b.Do(chromedp.NavigateBack())
	looksAt("/api/public?name=a")
	b.Do(chromedp.KeyEvent(kb.Escape))
	b.Until(`document.querySelector('[data-testid="detail"]') === null && location.search === ""`)

	b.Choose("show", "refused")
	b.Fill(sitetest.TestID("filter"), "no token")
	b.Until(`location.search === "?show=refused&q=no+token"`)
	b.Do(chromedp.Reload())
	b.See(sitetest.TestID("request") + `[data-status="401"]`)
	b.Until(`document.querySelectorAll('[data-testid="request"]').length === 1`)
	b.Click(`nav a[href="/stack"]`)
	b.Click(sitetest.TestID("node") + `[data-kind="Distribution"]`)
	b.See(sitetest.TestID("node-detail"))
	b.Until(`location.search.startsWith("?resource=urn")`)
	b.Click(`nav a[href^="/?"]`)
	b.Until(`location.search === "?show=refused&q=no+token"`)
	b.Do(chromedp.NavigateBack())
	b.Do(chromedp.Reload())
	if detail := b.Text(sitetest.TestID("node-detail")); !strings.Contains(detail, "CloudFront distribution") {
		t.Errorf("expected the resource after a reload, got %s", detail)
	}
}

// TestConsoleKeys: the keys do what their help says, except in a text field.
func TestConsoleKeys(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public")
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/none")
	b.Open(cloud.ConsoleURL())
	b.See(sitetest.TestID("request") + `[data-status="404"]`)
	b.Do(chromedp.KeyEvent("?"))
	b.See(sitetest.TestID("keys-help") + "[open]")
	b.Do(chromedp.KeyEvent(kb.Escape))
	b.Until(`!document.querySelector('[data-testid="keys-help"]').open`)
	b.Do(chromedp.Evaluate[chromedp.Void](`document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }))`))
	b.Until(`document.activeElement.matches('[data-testid="filter"]')`)
	b.Do(chromedp.KeyEvent("2?"))
	b.Until(`location.pathname === "/" && document.activeElement.value === "2?"`)
	b.Do(chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(kb.Backspace))

	b.Do(chromedp.Focus(sitetest.TestID("request")+`[data-status="404"]`), chromedp.KeyEvent(kb.ArrowDown))
	b.Until(`document.activeElement.matches('[data-status="200"]')`)
	b.Do(chromedp.KeyEvent(kb.Enter))
	b.See(sitetest.TestID("event"))
	b.Do(chromedp.KeyEvent("3"))
	b.Until(`location.pathname === "/logs"`)
	b.Click(sitetest.TestID("keys"))
	b.Click(sitetest.TestID("keys-help") + ` input`)
	b.Do(chromedp.KeyEvent(kb.Escape))
	b.Until(`localStorage.keys === "off" && document.activeElement.matches('[data-testid="keys"]')`)
	b.Do(chromedp.KeyEvent("4"), chromedp.KeyEvent(kb.Tab))
	b.Until(`location.pathname === "/logs"`)
}

// TestConsoleClears its lists, on this page alone and over a reload, without
// moving the focus.
func TestConsoleClears(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public")
	for _, view := range []struct{ path, row string }{{"/", "request"}, {"/logs", "log"}} {
		b.Open(cloud.ConsoleURL() + view.path)
		b.See(sitetest.TestID(view.row))
		b.Click(sitetest.TestID("clear"))
		b.Until(`document.querySelector('[data-testid="` + view.row + `"]') === null && document.activeElement.matches('[data-testid="clear"]')`)
		b.Do(chromedp.Reload())
		b.See(sitetest.TestID("restore"))
		b.Until(`document.querySelector('[data-testid="` + view.row + `"]') === null`)
		b.Click(sitetest.TestID("restore"))
		b.See(sitetest.TestID(view.row))
		b.Until(`document.activeElement.matches('[data-testid="clear"]')`)
	}
}

// TestLogsAreDownloaded as the filter, which is in the address, leaves them.
func TestLogsAreDownloaded(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	folder := b.downloads()
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public")
	b.Open(cloud.ConsoleURL() + "/logs?platform=1")
	b.Until(`document.querySelector('[data-testid="line-count"]').textContent === "4 lines"`)
	b.Choose("level", "INFO")
	b.Until(`document.querySelector('[data-testid="line-count"]').textContent === "1 line"`)
	b.Click(sitetest.TestID("download"))
	if text := awaitFile(t, folder+"/logs.txt"); strings.Count(text, "\n") != 1 || !strings.Contains(text, " public ") || !strings.Contains(text, "greeted a stranger") {
		t.Errorf("expected one line, got %q", text)
	}
	b.Open(cloud.ConsoleURL() + "/logs?level=ERROR")
	b.Until(`document.querySelector('[data-testid="line-count"]').textContent === "0 lines"`)
}
