package cloud

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/sitetest"
)

// waitingHandler logs, and answers once a file is there.
const waitingHandler = `package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

func Handle(ctx context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	slog.InfoContext(ctx, "waiting for a file")
	for file := r.QueryStringParameters["file"]; ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(file); err == nil {
			break
		}
	}
	return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: "It is there."}, nil
}
`

// newCloudOf serves the project with some files replaced.
func newCloudOf(t *testing.T, files map[string]string) *Cloud {
	t.Helper()
	root := newProject(t)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return newCloudWith(t, Config{Root: root, Stack: "dev"})
}

// TestConsoleShowsARequestWhileItRuns, with its event and its log so far, and its
// end in its place; a replay as well.
func TestConsoleShowsARequestWhileItRuns(t *testing.T) {
	t.Parallel()
	cloud := newCloudOf(t, map[string]string{
		publicHandler:     waitingHandler,
		"Pulumi.dev.yaml": benchStack + "  functionTimeout: 29\n",
	})
	b := newBrowser(t)
	b.Open(cloud.ConsoleURL())
	file := filepath.Join(t.TempDir(), "file")
	answer := background(t, cloud.SiteURL()+"/api/public?file="+file)
	b.Click(sitetest.TestID("requests") + ` li:first-child [data-status="0"]`)
	b.Until(`document.querySelector('[data-testid="request"]').textContent.includes("running")`)
	b.Until(`document.querySelector('[data-testid="invocation-log"]')?.textContent.includes("waiting for a file")`)
	if event := b.Text(sitetest.TestID("event")); !strings.Contains(event, `"rawQueryString": "file=`) {
		t.Errorf("expected the event, got %s", event)
	}
	before := b.Text(sitetest.TestID("elapsed"))
	b.Until(`document.querySelector('[data-testid="elapsed"]').textContent !== "` + before + `"`)
	sitetest.Fetch(t, http.DefaultClient, cloud.SiteURL()+"/api/none")
	b.See(sitetest.TestID("requests") + ` li:first-child [data-status="404"]`)

	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if body := <-answer; body != "It is there." {
		t.Errorf("got %q", body)
	}
	b.See(sitetest.TestID("requests") + ` li:last-child [data-status="200"]`)
	b.See(sitetest.TestID("waterfall") + ` [data-span="handler"]`)
	b.See(sitetest.TestID("waterfall") + ` [data-span="edge"]`)
	if body := b.Text(sitetest.TestID("answer-body")); body != "It is there." {
		t.Errorf("expected the answer, too, got %q", body)
	}

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	b.Click(sitetest.TestID("replay"))
	b.See(sitetest.TestID("requests") + ` li:first-child [data-status="0"]`)
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	b.See(sitetest.TestID("requests") + ` li:first-child [data-status="200"][aria-current="true"]`)
	b.Until(`document.querySelectorAll('[data-testid="request"]').length === 3`)
}

// background fetches a URL meanwhile.
func background(t *testing.T, url string) (body <-chan string) {
	t.Helper()
	c := make(chan string, 1)
	go func() {
		response, err := http.Get(url)
		if err != nil {
			c <- err.Error()
			return
		}
		defer response.Body.Close()
		text, _ := bufio.NewReader(response.Body).ReadString(0) // to its end
		c <- text
	}()
	return c
}

// TestRunningRequestIsStreamedToTheConsole as soon as the gateway has it, and again under the
// same ID with its function, and once it has its answer.
func TestRunningRequestIsStreamedToTheConsole(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	next := streamedRequests(t, cloud)
	cloud.handlerGate.close("public")
	answer := background(t, cloud.APIURL()+"/api/public")
	q := next()
	for q.Function == "" { // it may have come to its function before it is streamed
		if !q.Running || q.Path != "/api/public" {
			t.Fatalf("expected it to run, got %+v", q)
		}
		q = next()
	}
	if !q.Running || q.Function != "public" || q.Invocation != "" || q.Took != 0 || q.Status != 0 {
		t.Errorf("expected it to wait for its function, got %+v", q)
	}
	cloud.handlerGate.open(cloud.handlerGate.mark())
	if body := <-answer; body != "Hello stranger!" {
		t.Errorf("got %q", body)
	}
	end := next()
	for end.Running {
		end = next()
	}
	if end.ID != q.ID || end.Status != 200 || end.Took == 0 || end.Invocation == "" || len(end.Spans) < 3 {
		t.Errorf("expected its end, got %+v", end)
	}
}

// streamed is a request as the console's page gets it.
type streamed struct {
	ID, Via, Path, Function, Invocation string
	Running                             bool
	Took                                float64
	Status                              int
	Spans                               []struct{ Name string }
}

// streamedRequests waits for one request of the console's stream at a time.
func streamedRequests(t *testing.T, cloud *Cloud) (next func() streamed) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cloud.ConsoleURL()+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	lines := bufio.NewScanner(response.Body)
	return func() (q streamed) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == "event: request" && lines.Scan() {
				if err := json.Unmarshal([]byte(strings.TrimPrefix(lines.Text(), "data: ")), &q); err != nil {
					t.Fatal(err)
				}
				return q
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return q
	}
}
