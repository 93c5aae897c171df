package reload

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/reloadtest"
	"api-auth-jwt-auth0/local/sitetest"
)

// TestConsoleShowsTheWaitForARebuild tests that a request that arrives while its handler is
// built has a span for that wait.
func TestConsoleShowsTheWaitForARebuild(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello reader!")
	w.Await(t, "the new code answers", func() bool { return w.Get(t, "/api/public", "") == "200 Hello reader!" })
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.ConsoleURL()+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	spans := spansOf(t, response, "rebuild")
	if got := strings.Join(spans, " "); !strings.Contains(got, "gateway rebuild queue") || !strings.HasSuffix(got, "handler") {
		t.Errorf("expected the wait between gateway and queue, got %q", got)
	}
}

// spansOf returns the names of the spans of the first request in a stream that has the
// wanted span.
func spansOf(t *testing.T, stream *http.Response, wanted string) (names []string) {
	t.Helper()
	lines := bufio.NewScanner(stream.Body)
	for lines.Scan() {
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found || !strings.Contains(data, `"name":"`+wanted+`"`) {
			continue
		}
		var request struct{ Spans []struct{ Name string } }
		if err := json.Unmarshal([]byte(data), &request); err != nil {
			t.Fatal(err)
		}
		for _, span := range request.Spans {
			names = append(names, span.Name)
		}
		return names
	}
	t.Fatalf("the stream ended without a span %q: %v", wanted, lines.Err())
	return nil
}

// TestSavedProgramDescribesBothStacks tests that a route that was renamed in the sources is
// not shown as a difference between the stacks.
func TestSavedProgramDescribesBothStacks(t *testing.T) {
	t.Parallel()
	w := reloadtest.New(t)
	w.Replace(t, "infra/routes.go", `Path: "/public"`, `Path: "/open"`)
	w.Await(t, "the new route answers", func() bool { return w.Get(t, "/api/open", "") == "200 Hello stranger!" })
	var answer console.Stack
	text := sitetest.Fetch(t, http.DefaultClient, w.ConsoleURL()+"/api/stack")
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Differences) == 0 {
		t.Errorf("expected dev and prod to differ in something, got %s", text)
	}
	for _, d := range answer.Differences {
		if strings.HasSuffix(d.Name, "get-public") || strings.HasSuffix(d.Name, "get-open") {
			t.Errorf("expected both stacks to have the route, got %+v", d)
		}
	}
}
