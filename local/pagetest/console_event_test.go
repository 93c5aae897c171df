package pagetest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"

	chromium "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// TestSavedEventIsInvokedAgain: the file has the event that the function got,
// and the function is called with it again from the file, and as edited.
func TestSavedEventIsInvokedAgain(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Allow("status of 400") // for text that is not JSON
	folder := b.downloads()
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/public?name=kept")
	b.Open(cloud.ConsoleURL())
	b.Click(sitetest.TestID("requests") + ` li:first-child [data-status="200"]`)
	b.Click(sitetest.TestID("save-event"))
	file := filepath.Join(folder, "public-get-event.json")
	var event struct{ Version, RouteKey, RawPath, RawQueryString string }
	if err := json.Unmarshal([]byte(awaitFile(t, file)), &event); err != nil {
		t.Fatal(err)
	}
	if event.Version != "2.0" || event.RouteKey != "GET /public" || event.RawPath != "/api/public" || event.RawQueryString != "name=kept" {
		t.Errorf("expected the event that the function got, got %+v", event)
	}

	b.Click(sitetest.TestID("edit-event"))
	b.Do(chromedp.SendKeys(sitetest.TestID("event-text"), "no JSON"))
	b.Click(sitetest.TestID("invoke"))
	b.Until(`document.querySelector('[role="alert"]')?.textContent.includes("the event is not JSON")`)
	b.Do(chromedp.SetUploadFiles(sitetest.TestID("event-file"), []string{file}))
	b.Until(`document.querySelector('[data-testid="event-text"]').value.startsWith('{"version"')`)
	b.Click(sitetest.TestID("invoke"))
	b.seeReplay(2)

	b.Click(sitetest.TestID("edit-event"))
	b.Until(`(() => {
		const text = document.querySelector('[data-testid="event-text"]')
		text.value = text.value.replace("name=kept", "name=edited")
		text.dispatchEvent(new Event("input", { bubbles: true }))
		return text.value.includes("name=edited")
	})()`)
	b.Click(sitetest.TestID("invoke"))
	b.seeReplay(3)
	b.Until(`document.querySelector('[data-testid="event"]')?.textContent.includes("name=edited")`)
}

// countingHandler answers how long the Authorization header is.
const countingHandler = `package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

func Handle(_ context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: fmt.Sprint(len(r.Headers["authorization"]), " bytes")}, nil
}
`

// TestSavedEventLacksTheSignature of its token, and so does what the function is
// called with from the file; a replay has the whole token.
func TestSavedEventLacksTheSignature(t *testing.T) {
	t.Parallel()
	cloud := newCountingCloud(t)
	b := newBrowser(t)
	folder := b.downloads()
	token, body := fetchAs(t, cloud, "/api/private")
	unsigned := token[:strings.LastIndexByte(token, '.')+1] + "•••"
	whole, cut := fmt.Sprint(len("Bearer "+token), " bytes"), fmt.Sprint(len("Bearer "+unsigned), " bytes")
	if body != whole {
		t.Errorf("expected %s, got %s", whole, body)
	}
	b.Open(cloud.ConsoleURL())
	b.Click(sitetest.TestID("requests") + ` li:first-child [data-status="200"]`)
	b.Click(sitetest.TestID("save-event"))
	file := filepath.Join(folder, "private-get-event.json")
	var event struct{ Headers map[string]string }
	if err := json.Unmarshal([]byte(awaitFile(t, file)), &event); err != nil {
		t.Fatal(err)
	}
	if got := event.Headers["authorization"]; got != "Bearer "+unsigned {
		t.Errorf("expected the token without its signature, got %q", got)
	}

	b.Click(sitetest.TestID("replay"))
	b.seeReplay(2)
	b.Until(`document.querySelector('[data-testid="output"]')?.textContent.includes("` + whole + `")`)
	b.Click(sitetest.TestID("edit-event"))
	b.Do(chromedp.SetUploadFiles(sitetest.TestID("event-file"), []string{file}))
	b.Until(`document.querySelector('[data-testid="event-text"]').value.startsWith('{"version"')`)
	b.Click(sitetest.TestID("invoke"))
	b.Until(`document.querySelector('[data-testid="output"]')?.textContent.includes("` + cut + `")`)
}

// TestFunctionIsCalledWithAFile where no request is chosen, or there is none yet.
func TestFunctionIsCalledWithAFile(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	file := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(file, []byte(`{"rawPath":"/from/a/file"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	b.Open(cloud.ConsoleURL())
	for n := range 2 {
		b.Click(sitetest.TestID("function-call") + " > summary")
		b.Choose("function", "public")
		b.Do(chromedp.SetUploadFiles(sitetest.TestID("event-file"), []string{file}))
		b.Until(`document.querySelector('[data-testid="event-text"]').value.includes("/from/a/file")`)
		b.Click(sitetest.TestID("invoke") + ":enabled")
		b.Until(fmt.Sprintf(`document.querySelectorAll('[data-testid="request"][data-status="200"]').length === %d`, n+1))
		if event := b.Text(sitetest.TestID("event")); !strings.Contains(event, "/from/a/file") {
			t.Errorf("expected the file's event, got %s", event)
		}
		b.Click(sitetest.TestID("close-detail"))
	}
}

// seeReplay waits until a replay is chosen, the newest of that many requests.
func (b *browser) seeReplay(of int) {
	b.T.Helper()
	b.See(sitetest.TestID("requests") + chromedp.CSS(fmt.Sprintf(" li:nth-child(%d):last-child", of)))
	b.See(sitetest.TestID("requests") + ` li:first-child [data-status="200"][aria-current="true"]`)
}

// downloads saves what the browser downloads in a new folder.
func (b *browser) downloads() string {
	b.T.Helper()
	folder := b.T.TempDir()
	b.Do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, chromium.SetDownloadBehavior, chromium.SetDownloadBehaviorParams{
			Behavior: chromium.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder,
		})
		return err
	}))
	return folder
}

// awaitFile waits until a download is there as a whole, which is JSON or ends its
// last line.
func awaitFile(t *testing.T, file string) string {
	t.Helper()
	for end := time.Now().Add(sitetest.Patience); time.Now().Before(end); {
		if text, err := os.ReadFile(file); err == nil && (json.Valid(text) || strings.HasSuffix(string(text), "\n")) {
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
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL() + "/explorer")
	b.Do(chromedp.Click(sitetest.TestID("routes")+` li:first-child button`, chromedp.NodeVisible))
	b.Choose("as", "")
	b.send("", "401", "no token")
	b.Choose("as", cloud.Tenant().Users()[0].ID)
	b.Choose("flaw", "scope")
	b.send("scope", "403", "the token has none of the route's scopes")
	b.Do(chromedp.Click(sitetest.TestID("routes")+` li:last-child button`, chromedp.NodeVisible))
	for _, test := range []struct{ row, status, flaw, user string }{
		{"last", "401", "", ""},
		{"first", "403", "scope", cloud.Tenant().Users()[0].ID},
	} {
		b.Click(sitetest.TestID("history") + chromedp.CSS(` li:`+test.row+`-child button`))
		b.See(sitetest.TestID("outcome") + chromedp.CSS(`[data-status="`+test.status+`"][data-flaw="`+test.flaw+`"]`))
		b.Until(`document.querySelector('[data-testid="path"]').value === "/api/private"`)
		b.Until(`document.querySelector('[data-testid="as"]').value === "` + test.user + `"`)
	}
	b.send("scope", "403", "the token has none of the route's scopes") // and sends it again
	b.Until(`document.querySelectorAll('[data-testid="history"] li').length === 3`)
}

// newCountingCloud serves the project with a private handler that counts.
func newCountingCloud(t *testing.T) *local.Cloud {
	t.Helper()
	root := cloudtest.Project(t)
	if err := os.WriteFile(filepath.Join(root, "lambdas", "private", "handler.go"), []byte(countingHandler), 0o644); err != nil {
		t.Fatal(err)
	}
	return cloudtest.Start(t, local.Config{Root: root, Stack: "dev"})
}
