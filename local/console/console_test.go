package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"api-auth-jwt-auth0/local/journal"
)

var testTime = time.Date(2026, 3, 12, 19, 3, 58, 0, time.UTC)

// served is a console on a socket.
type served struct {
	*httptest.Server
	console  *Console
	recorder *Recorder
	stack    Stack
	done     []string         // to the tenant
	replayed []string         // functions and events
	api      *httptest.Server // the explorer calls it; it answers with what it received
}

func serve(t *testing.T) *served {
	t.Helper()
	s := &served{recorder: NewRecorder()}
	s.api = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Apigw-Requestid", "called")
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusFound)
		fmt.Fprintf(w, "%s %s %q %q %q", r.Method, r.RequestURI, r.Header["X-Odd"], r.Header.Get("Authorization"), body)
	}))
	t.Cleanup(s.api.Close)
	console, err := New(Config{
		Tenant: s.tenant(),
		Data:   s.data(),
		Stack:  func(context.Context) Stack { return s.stack },
		Explorer: Explorer{
			Describe: func() API { return API{SiteURL: s.api.URL + "/site", APIURL: s.api.URL} },
			Token: func(user, defect string) (string, error) {
				if user == "unknown" {
					return "", errors.New("no such user")
				}
				return "token-of-" + user + "-" + defect, nil
			},
			Client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		},
		Page: fstest.MapFS{
			"index.html":    {Data: []byte("<!doctype html><title>Console</title>")},
			"assets/a-1.js": {Data: []byte("let a")},
		},
		Recorder: s.recorder,
		Replay: func(_ context.Context, function string, event []byte) (string, error) {
			s.replayed = append(s.replayed, function+" "+string(event))
			if function == "gone" {
				return "", errors.New("there is no such function")
			}
			return "again", nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.console, s.Server = console, httptest.NewServer(console.Handler())
	t.Cleanup(s.Close)
	return s
}

// ask sends a request with headers given as "Name: value".
func (s *served) ask(t *testing.T, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, strings.ReplaceAll(value, "SELF", s.URL))
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

// own are the headers that the page sends with a change.
func (s *served) own() []string {
	return []string{"Origin: SELF", "Sec-Fetch-Site: same-origin", "Content-Type: application/json", csrfHeader + ": " + s.console.token}
}

func (s *served) record(id string) {
	s.recorder.Request(&journal.Entry{
		ID: id, Via: "api", Start: testTime, End: testTime.Add(3 * time.Millisecond),
		Method: "GET", Path: "/api/public", Function: "public", Physical: "dev-public-1", Invocation: "i-" + id,
		Status: 200, Event: []byte(`{"id":"` + id + `"}`), Output: []byte(`{"statusCode":200}`),
	})
}

func TestNewReportsEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := New(Config{Page: fstest.MapFS{}})
	for _, want := range []string{"index.html", "no Recorder", "no Replay", "incomplete Explorer", "no Stack", "incomplete Tenant", "incomplete Data"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("expected the error to say %q, got %v", want, err)
		}
	}
}

// TestOtherOriginsGetNothing: what a page of another origin can make a browser
// send gets no data and changes nothing, also from another port of this machine.
func TestOtherOriginsGetNothing(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.record("one")
	for name, headers := range map[string][]string{
		"another site":            {"Origin: https://evil.example", "Sec-Fetch-Site: cross-site"},
		"another port":            {"Origin: http://127.0.0.1:1", "Sec-Fetch-Site: same-site"},
		"a form without Origin":   {"Sec-Fetch-Site: cross-site"},
		"an older browser":        {"Origin: https://evil.example"},
		"a sandboxed frame":       {"Origin: null"},
		"another scheme":          {"Origin: https://127.0.0.1"},
		"two origins":             {"Origin: SELF", "Origin: https://evil.example"},
		"an image of the site":    {"Sec-Fetch-Site: same-site"},
		"an origin with our name": {"Origin: SELF.evil.example"},
	} {
		for _, path := range []string{"/api/events", "/api/requests/one", "/api/requests/one/replay", "/api/invocations", "/api/token", "/api/tenant",
			"/api/data", "/api/data/items", "/api/data/messages", "/api/data/objects", "/api/data/object", "/api/data/shell"} {
			method := http.MethodGet
			if strings.HasSuffix(path, "replay") || path == "/api/invocations" || path == "/api/token" || strings.HasPrefix(path, "/api/data/") {
				method = http.MethodPost
			}
			all := append([]string{"Content-Type: application/json", csrfHeader + ": " + s.console.token}, headers...)
			response, body := s.ask(t, method, path, "{}", all...)
			if response.StatusCode != http.StatusForbidden || !strings.Contains(body, "only the console's own page") {
				t.Errorf("%s, %s: expected 403, got %d %s", name, path, response.StatusCode, body)
			}
			for h := range response.Header {
				if strings.HasPrefix(h, "Access-Control-") {
					t.Errorf("%s, %s: got the header %s", name, path, h)
				}
			}
		}
	}
	if len(s.replayed) != 0 {
		t.Errorf("functions were called: %q", s.replayed)
	}
}

// TestPreflightsGetNoLeave: a custom header makes browsers send a preflight.
func TestPreflightsGetNoLeave(t *testing.T) {
	t.Parallel()
	s := serve(t)
	response, _ := s.ask(t, http.MethodOptions, "/api/requests/one/replay", "", "Origin: https://evil.example",
		"Access-Control-Request-Method: POST", "Access-Control-Request-Headers: "+csrfHeader)
	if response.StatusCode != http.StatusForbidden || response.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("expected a refusal, got %d %v", response.StatusCode, response.Header)
	}
}

func TestChangesNeedTheToken(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.record("one")
	for _, test := range []struct {
		name    string
		change  func([]string) []string
		status  int
		problem string
	}{
		{"without Origin", func(h []string) []string { return h[1:] }, 403, "no Origin header"},
		{"without the token", func(h []string) []string { return h[:3] }, 403, "reload it"},
		{"with another token", func(h []string) []string { return append(h[:3:3], csrfHeader+": "+newToken()) }, 403, "reload it"},
		{"as a form", func(h []string) []string {
			return []string{h[0], h[1], h[3], "Content-Type: application/x-www-form-urlencoded"}
		}, 415, "expected application/json"},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/requests/one/replay", "{}", test.change(s.own())...)
		if response.StatusCode != test.status || !strings.Contains(body, test.problem) {
			t.Errorf("%s: expected %d and %q, got %d %s", test.name, test.status, test.problem, response.StatusCode, body)
		}
	}
	if len(s.replayed) != 0 {
		t.Errorf("functions were called: %q", s.replayed)
	}
}

func TestEveryAnswerIsHardened(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for path, status := range map[string]int{
		"/": 200, "/logs": 200, "/assets/a-1.js": 200, "/assets/no.js": 404, "/..%2fgo.mod": 404, "/index.html%00": 404, "/..%00/go.mod": 404,
		"/api/none": 404, "/api/requests/none": 404,
	} {
		response, _ := s.ask(t, http.MethodGet, path, "")
		if response.StatusCode != status {
			t.Errorf("%s: expected %d, got %d", path, status, response.StatusCode)
		}
		csp := response.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; ") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: got the policy %q", path, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s: expected %s: %s, got %q", path, name, want, got)
			}
		}
	}
	if response, _ := s.ask(t, http.MethodPost, "/", "", s.own()...); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("expected a page that cannot be posted to, got %d", response.StatusCode)
	}
}
