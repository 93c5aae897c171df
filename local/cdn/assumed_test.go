package cdn_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cdn"
)

// The tests of this file pin behavior for which no evidence was found.

func TestAssumedForwardNone(t *testing.T) {
	t.Parallel()
	cfg := site(t, echo)
	cfg.Behaviors[0].Forward = cdn.ForwardNone
	got := sent(t, get(t, start(t, cfg), "/api/x?a=b", "Range: bytes=0-1", "Authorization: a", "Cookie: a=b", "X-A: a", "Accept: a", "Accept-Encoding: gzip"))
	for name, want := range map[string]string{
		"request": "GET /api/x", "range": "bytes=0-1", "user-agent": "Amazon CloudFront", "x-forwarded-for": "127.0.0.1",
		"authorization": "", "cookie": "", "x-a": "", "accept": "", "accept-encoding": "",
	} {
		if got[name] != want {
			t.Errorf("expected %s=%q, got %q", name, want, got[name])
		}
	}
}

// TestAssumedConnectionTakesNothingAway except headers that are removed by name: a
// token stays, whatever Connection says.
func TestAssumedConnectionTakesNothingAway(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, echo))
	got := sent(t, get(t, u, "/api/x", "Connection: authorization, X-A,if-none-match", "Connection: Keep-Alive, TE, Upgrade, x-forwarded-for, user-agent",
		"Authorization: Bearer token", "X-A: a", "If-None-Match: \"1\"", "X-Forwarded-For: 192.0.2.4", "User-Agent: probe",
		"Keep-Alive: timeout=5", "TE: trailers", "Upgrade: h2c", "Proxy-Connection: x-a", "Proxy-Authorization: Basic YTpi"))
	for name, want := range map[string]string{
		"authorization": "Bearer token", "x-a": "a", "if-none-match": `"1"`, "x-forwarded-for": "192.0.2.4, 127.0.0.1",
		"connection": "", "keep-alive": "", "te": "", "upgrade": "", "proxy-connection": "", "proxy-authorization": "",
	} {
		if got[name] != want {
			t.Errorf("expected %s=%q, got %q", name, want, got[name])
		}
	}
}

func TestAssumedPolicyComesBeforeFunction(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Default.Functions.ViewerResponse = &cdn.Function{Name: "after", Runtime: "cloudfront-js-2.0", Code: `function handler(event) {
		var r = event.response;
		r.headers['x-saw'] = {value: r.headers['x-content-type-options'].value + ' ' + event.request.uri};
		delete r.headers['content-security-policy'];
		return r;
	}`}
	got := get(t, start(t, cfg), "/profile")
	wantStatus(t, got, http.StatusOK)
	wantHeader(t, got, "X-Saw", "nosniff /profile")
	wantHeader(t, got, "Content-Security-Policy", "")
}

func TestAssumedPageTexts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ page, text string }{
		{get(t, edge(t, "function handler(event) {}"), "/").body, "\nThe CloudFront function returned an invalid value.\n"},
		{get(t, edge(t, deepLink), "/"+strings.Repeat("a", 9000)).body, "\nBad request.\n"},
	} {
		if !strings.Contains(tt.page, tt.text) {
			t.Errorf("expected a page with %q, got %q", tt.text, tt.page)
		}
	}
}

func TestAssumedWritesToBucket(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Default.AllowedMethods = []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
	u := start(t, cfg)
	for method, status := range map[string]int{"PUT": 403, "DELETE": 403, "POST": 405, "PATCH": 405} {
		wantStatus(t, raw(t, u, method+" /index.html HTTP/1.1", "Content-Length: 0"), status)
	}
	wantBody(t, get(t, u, "/index.html"), indexHTML)
}

func TestAssumedBrokenBodyIsTheViewers(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, echo))
	for name, body := range map[string]string{
		"chunk longer than its size": "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
		"size that is no number":     "Transfer-Encoding: chunked\r\n\r\nx\r\nabc\r\n0\r\n\r\n",
		"broken off in a chunk":      "Transfer-Encoding: chunked\r\n\r\n3\r\na",
		"broken off after a chunk":   "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
		"shorter than its length":    "Content-Length: 5\r\n\r\nabc",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := brokenOff(t, u, "POST /api/x HTTP/1.1\r\nHost: "+u.Host+"\r\n"+body)
			wantStatus(t, got, http.StatusBadRequest)
			wantHeader(t, got, "X-Cache", "Error from cloudfront")
			wantHeader(t, got, "X-Content-Type-Options", "nosniff")
			if !strings.Contains(got.body, "\nBad request.\n") {
				t.Errorf("unexpected page %q", got.body)
			}
		})
	}
}

// brokenOff sends a request, says that no more follows, and reads the answer.
func brokenOff(t *testing.T, u *url.URL, request string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp, string(body)}
}

func TestAssumedHandlerIsDeclared(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Default.Functions.ViewerRequest.Code = "const handler = function (event) { return event.request }"
	if err := prepare(t, cfg); err == nil || !strings.Contains(err.Error(), "no handler: declare function handler(event)") {
		t.Errorf("expected no handler to be found, got %v", err)
	}
}
