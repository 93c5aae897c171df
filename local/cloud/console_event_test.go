package cloud

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

	chromium "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// TestSavedEventIsInvokedAgain: the file has the event that the function got,
// and the function is called with it again from the file, and as edited.
func TestSavedEventIsInvokedAgain(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.allow("status of 400") // for text that is not JSON
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
	b.seeReplay(2)

	b.click(testID("edit-event"))
	b.until(`(() => {
		const text = document.querySelector('[data-testid="event-text"]')
		text.value = text.value.replace("name=kept", "name=edited")
		text.dispatchEvent(new Event("input", { bubbles: true }))
		return text.value.includes("name=edited")
	})()`)
	b.click(testID("invoke"))
	b.seeReplay(3)
	b.until(`document.querySelector('[data-testid="event"]')?.textContent.includes("name=edited")`)
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
	cloud := newCloudOf(t, map[string]string{"lambdas/private/handler.go": countingHandler})
	b := newBrowser(t)
	folder := b.downloads()
	token, body := fetchAs(t, cloud, "/api/private")
	unsigned := token[:strings.LastIndexByte(token, '.')+1] + "•••"
	whole, cut := fmt.Sprint(len("Bearer "+token), " bytes"), fmt.Sprint(len("Bearer "+unsigned), " bytes")
	if body != whole {
		t.Errorf("expected %s, got %s", whole, body)
	}
	b.open(cloud.ConsoleURL())
	b.click(testID("requests") + ` li:first-child [data-status="200"]`)
	b.click(testID("save-event"))
	file := filepath.Join(folder, "private-get-event.json")
	var event struct{ Headers map[string]string }
	if err := json.Unmarshal([]byte(awaitFile(t, file)), &event); err != nil {
		t.Fatal(err)
	}
	if got := event.Headers["authorization"]; got != "Bearer "+unsigned {
		t.Errorf("expected the token without its signature, got %q", got)
	}

	b.click(testID("replay"))
	b.seeReplay(2)
	b.until(`document.querySelector('[data-testid="output"]')?.textContent.includes("` + whole + `")`)
	b.click(testID("edit-event"))
	b.do(chromedp.SetUploadFiles(testID("event-file"), []string{file}))
	b.until(`document.querySelector('[data-testid="event-text"]').value.startsWith('{"version"')`)
	b.click(testID("invoke"))
	b.until(`document.querySelector('[data-testid="output"]')?.textContent.includes("` + cut + `")`)
}

// TestFunctionIsCalledWithAFile where no request is chosen, or there is none yet.
func TestFunctionIsCalledWithAFile(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	file := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(file, []byte(`{"rawPath":"/from/a/file"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	b.open(cloud.ConsoleURL())
	for n := range 2 {
		b.click(testID("function-call") + " > summary")
		b.choose("function", "public")
		b.do(chromedp.SetUploadFiles(testID("event-file"), []string{file}))
		b.until(`document.querySelector('[data-testid="event-text"]').value.includes("/from/a/file")`)
		b.click(testID("invoke") + ":enabled")
		b.until(fmt.Sprintf(`document.querySelectorAll('[data-testid="request"][data-status="200"]').length === %d`, n+1))
		if event := b.text(testID("event")); !strings.Contains(event, "/from/a/file") {
			t.Errorf("expected the file's event, got %s", event)
		}
		b.click(testID("close-detail"))
	}
}

// seeReplay waits until a replay is chosen, the newest of that many requests.
func (b *browser) seeReplay(of int) {
	b.t.Helper()
	b.see(testID("requests") + chromedp.CSS(fmt.Sprintf(" li:nth-child(%d):last-child", of)))
	b.see(testID("requests") + ` li:first-child [data-status="200"][aria-current="true"]`)
}

// downloads saves what the browser downloads in a new folder.
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

// awaitFile waits until a download is there as a whole, which is JSON or ends its
// last line.
func awaitFile(t *testing.T, file string) string {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
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
	cloud := newCloud(t)
	b := newBrowser(t)
	b.open(cloud.ConsoleURL() + "/explorer")
	b.do(chromedp.Click(testID("routes")+` li:first-child button`, chromedp.NodeVisible))
	b.choose("as", "")
	b.send("", "401", "no token")
	b.choose("as", cloud.issuer.Users()[0].ID)
	b.choose("flaw", "scope")
	b.send("scope", "403", "the token has none of the route's scopes")
	b.do(chromedp.Click(testID("routes")+` li:last-child button`, chromedp.NodeVisible))
	for _, test := range []struct{ row, status, flaw, user string }{
		{"last", "401", "", ""},
		{"first", "403", "scope", cloud.issuer.Users()[0].ID},
	} {
		b.click(testID("history") + chromedp.CSS(` li:`+test.row+`-child button`))
		b.see(testID("outcome") + chromedp.CSS(`[data-status="`+test.status+`"][data-flaw="`+test.flaw+`"]`))
		b.until(`document.querySelector('[data-testid="path"]').value === "/api/private"`)
		b.until(`document.querySelector('[data-testid="as"]').value === "` + test.user + `"`)
	}
	b.send("scope", "403", "the token has none of the route's scopes") // and sends it again
	b.until(`document.querySelectorAll('[data-testid="history"] li').length === 3`)
}
