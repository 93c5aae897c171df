package pagetest

import (
	"context"
	"regexp"
	"strings"
	"testing"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"

	chromium "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// TestExplorerStartsWithWhatARouteNeeds: the ready user where a token is needed,
// and JSON for a body.
func TestExplorerStartsWithWhatARouteNeeds(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL() + "/explorer")
	b.Click(sitetest.TestID("routes") + ` [data-route="GET /private"]`)
	b.send("", "200", "")
	b.Click(sitetest.TestID("routes") + ` [data-route="GET /public"]`)
	b.Until(`document.querySelector('[data-testid="as"]').value === ""`)

	b.Choose("method", "POST")
	b.Fill(sitetest.TestID("body"), `{"a":"b"}`)
	b.send("", "404", "")
	if curl := b.Text(sitetest.TestID("curl")); !strings.Contains(curl, `-X POST -H 'content-type: application/json' --data-raw '{"a":"b"}'`) {
		t.Errorf("expected the content type in the command, got %s", curl)
	}
	b.Click(sitetest.TestID("open-request"))
	b.See(sitetest.TestID("detail"))
	// The detail is drawn again when it has the answer, with its parts closed.
	b.Until(`(document.querySelectorAll("main details").forEach(d => { d.open = true }),
		/content-type\s+application\/json/.test(document.querySelector("[data-testid=detail]").innerText))`)
}

// TestExplorerKeepsItsCalls while one looks elsewhere, and over a reload; typed
// credentials are not in the browser's storage.
func TestExplorerKeepsItsCalls(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL() + "/explorer")
	b.Click(sitetest.TestID("routes") + ` [data-route="GET /private"]`)
	b.Choose("flaw", "expired")
	b.send("expired", "401", "the token has expired")
	b.Choose("method", "PUT")
	b.Fill(sitetest.TestID("body"), `{"password":"do-not-store","kept":1}`)
	const caller = "as dev@example.com, token expired an hour ago"
	for _, away := range []chromedp.Action[chromedp.Void]{
		chromedp.Steps(chromedp.Click(chromedp.CSS(`nav a[href="/logs"]`)), chromedp.Click(chromedp.CSS(`nav a[href="/explorer"]`))),
		chromedp.Reload(),
	} {
		b.Do(away)
		b.See(sitetest.TestID("outcome") + `[data-status="401"][data-flaw="expired"]`)
		if got := b.Text(sitetest.TestID("history") + " " + sitetest.TestID("caller")); got != caller {
			t.Errorf("expected %q in the history, got %q", caller, got)
		}
		b.Until(`document.querySelector('[data-testid="method"]').value === "PUT" && document.querySelector('[data-testid="body"]').value.includes('"kept":1')`)
	}
	if stored := sitetest.Evaluate(b.Browser, chromedp.Evaluate[string](`JSON.stringify(sessionStorage) + JSON.stringify(localStorage)`)); strings.Contains(stored, "do-not-store") {
		t.Errorf("expected no password in the storage, got %s", stored)
	}
}

// TestExplorerCopiesACommandWithAToken that the API accepts. The page shows no token.
func TestExplorerCopiesACommandWithAToken(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.allowClipboard()
	b.Open(cloud.ConsoleURL() + "/explorer")
	b.Click(sitetest.TestID("routes") + ` [data-route="GET /private"]`)
	b.send("", "200", "")
	b.Click(sitetest.TestID("copy-with-token") + ":enabled")
	b.Until(`document.querySelector('[data-testid="copied-with-token"]').textContent.startsWith("Copied")`)
	copied := sitetest.Evaluate(b.Browser, chromedp.Evaluate[string](`navigator.clipboard.readText()`, chromedp.EvalAwaitPromise))
	parts := regexp.MustCompile(`^curl -i -H 'Authorization: Bearer (eyJ[\w-]+\.[\w-]+\.([\w-]+))' '(.*)'$`).FindStringSubmatch(copied)
	if parts == nil {
		t.Fatalf("expected a command with a token, got %s", copied)
	}
	if got, err := sitetest.Get(parts[3], parts[1]); err != nil || !strings.HasPrefix(got, "200 ") {
		t.Errorf("expected the API to accept the token, got %q and %v", got, err)
	}
	if page := sitetest.Evaluate(b.Browser, chromedp.Evaluate[string](`document.documentElement.outerHTML + JSON.stringify(sessionStorage)`)); strings.Contains(page, parts[2]) {
		t.Error("expected the token's signature nowhere on the page")
	}
}

// allowClipboard grants the permission that the browser would ask the user for.
func (b *browser) allowClipboard() {
	b.T.Helper()
	b.Do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			if _, err := cdp.Call(ctx, tab, chromium.SetPermission, chromium.SetPermissionParams{
				Permission: &chromium.PermissionDescriptor{Name: name}, Setting: chromium.PermissionSettingGranted,
			}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// TestDetailDecodesABody that came in base64.
func TestDetailDecodesABody(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL())
	b.Click(sitetest.TestID("function-call") + " summary")
	b.See(sitetest.TestID("event-text"))
	b.Do(chromedp.Evaluate[chromedp.Void](`(() => {
		const text = document.querySelector('[data-testid="event-text"]')
		text.value = '{"body":"eyJhIjoiw6QifQ==","isBase64Encoded":true}'
		text.dispatchEvent(new Event("input", { bubbles: true }))
	})()`))
	b.Click(sitetest.TestID("invoke") + ":enabled")
	if body := b.Text(sitetest.TestID("request-body")); !strings.Contains(body, `"a": "ä"`) {
		t.Errorf("expected the decoded body, got %q", body)
	}
}
