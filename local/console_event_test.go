package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	chromium "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// TestSavedEventIsInvokedAgain: the file holds the event that the function got,
// and the function is called with it again from the file, and as edited.
func TestSavedEventIsInvokedAgain(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.allow("status of 400") // of what is no JSON
	folder := b.downloads()
	fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public?name=kept")
	b.open(cloud.ConsoleURL())
	b.click(testID("requests") + ` li:first-child [data-status="200"]`)
	b.click(testID("save-event"))
	file := filepath.Join(folder, "public-get-event.json")
	var event struct{ Version, RouteKey, RawPath, RawQueryString string }
	if err := json.Unmarshal([]byte(awaitFile(t, file)), &event); err != nil {
		t.Fatal(err)
	}
	if event.Version != "2.0" || event.RouteKey != "GET /public" || event.RawPath != "/api/public" || event.RawQueryString != "name=kept" {
		t.Errorf("expected the event that the function got, got %+v", event)
	}

	b.click(testID("edit-event"))
	b.do(chromedp.SendKeys(testID("event-text"), "no JSON"))
	b.click(testID("invoke"))
	b.until(`document.querySelector('[role="alert"]')?.textContent.includes("the event is not JSON")`)
	b.do(chromedp.SetUploadFiles(testID("event-file"), []string{file}))
	b.until(`document.querySelector('[data-testid="event-text"]').value.startsWith('{"version"')`)
	b.click(testID("invoke"))
	b.until(`document.querySelectorAll('[data-testid="request"]').length === 2`)

	b.click(testID("edit-event"))
	b.until(`(() => {
		const text = document.querySelector('[data-testid="event-text"]')
		text.value = text.value.replace("name=kept", "name=edited")
		text.dispatchEvent(new Event("input", { bubbles: true }))
		return text.value.includes("name=edited")
	})()`)
	b.click(testID("invoke"))
	b.until(`document.querySelectorAll('[data-testid="request"]').length === 3`)
	b.until(`document.querySelector('[data-testid="event"]')?.textContent.includes("name=edited")`)
}

// downloads keeps what the browser downloads in a new folder.
func (b *browser) downloads() string {
	b.t.Helper()
	folder := b.t.TempDir()
	b.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, chromium.SetDownloadBehavior, chromium.SetDownloadBehaviorParams{
			Behavior: chromium.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder,
		})
		return err
	}))
	return folder
}

// awaitFile waits until a download is there as a whole.
func awaitFile(t *testing.T, file string) string {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if text, err := os.ReadFile(file); err == nil && json.Valid(text) {
			return string(text)
		}
		select {
		case <-t.Context().Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("%s was not downloaded", file)
	return ""
}

// TestExplorerGoesBackToACall that was sent before, with all its parts and what
// came of it.
func TestExplorerGoesBackToACall(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.ConsoleURL() + "/explorer")
	b.do(chromedp.Click(testID("routes")+` li:first-child button`, chromedp.NodeVisible))
	b.send("", "401", "no token")
	b.choose("as", cloud.issuer.People()[0].ID)
	b.choose("flaw", "scope")
	b.send("scope", "403", "insufficient_scope")
	b.do(chromedp.Click(testID("routes")+` li:last-child button`, chromedp.NodeVisible))
	for _, test := range []struct{ row, status, flaw, user string }{
		{"last", "401", "", ""},
		{"first", "403", "scope", cloud.issuer.People()[0].ID},
	} {
		b.click(testID("history") + chromedp.CSS(` li:`+test.row+`-child button`))
		b.see(testID("outcome") + chromedp.CSS(`[data-status="`+test.status+`"][data-flaw="`+test.flaw+`"]`))
		b.until(`document.querySelector('[data-testid="path"]').value === "/api/private"`)
		b.until(`document.querySelector('[data-testid="as"]').value === "` + test.user + `"`)
	}
	b.send("scope", "403", "insufficient_scope") // and sends it again
	b.until(`document.querySelectorAll('[data-testid="history"] li').length === 3`)
}
