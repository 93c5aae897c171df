package cdn_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/cdn"

	"github.com/google/go-cmp/cmp"
)

// sent is what echo received, by name.
func sent(t *testing.T, a answer) map[string]string {
	t.Helper()
	wantStatus(t, a, http.StatusOK)
	got := map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSpace(a.body), "\n") {
		name, value, _ := strings.Cut(line, "=")
		got[name] = value
	}
	return got
}

func TestForwarding(t *testing.T) {
	t.Parallel()
	cfg := site(t, echo)
	api := cfg.Behaviors[0]
	for pattern, forward := range map[string]cdn.Forward{"/none/*": cdn.ForwardNone, "/all/*": cdn.ForwardAllViewer} {
		api.PathPattern, api.Forward = pattern, forward
		cfg.Behaviors = append(cfg.Behaviors, api)
	}
	u := start(t, cfg)
	request := []string{
		"Authorization: Bearer token", "Cookie: a=1; b=2", "User-Agent: probe", "Accept-Encoding: gzip, deflate, br, zstd",
		"X-Custom: one", "X-Custom: two", "X-Forwarded-For: 192.0.2.4, 192.0.2.3", "X-Forwarded-Host: h", "Forwarded: for=1",
		"X-Forwarded-Proto: gopher", "X-Real-IP: 192.0.2.9", "X-Edge-Secret: 1", "X-Amz-Cf-Id: mine", "CloudFront-Viewer-Country: XX",
		"Via: 1.0 before", "TE: trailers", "Proxy-Authorization: basic", "Upgrade: websocket", "Keep-Alive: 1", "If-None-Match: \"1\"",
		"Content-Type: text/plain", "Content-Length: 4",
	}
	viewer := map[string]string{
		"authorization": "Bearer token", "cookie": "a=1; b=2", "user-agent": "probe", "accept-encoding": "gzip, deflate, br, zstd",
		"x-custom": "one|two", "x-forwarded-host": "h", "forwarded": "for=1",
	}
	common := map[string]string{
		"body": "body", "content-type": "text/plain", "content-length": "4", "x-forwarded-for": "192.0.2.4, 192.0.2.3, 127.0.0.1",
		"if-none-match": `"1"`,
	}
	origin := cfg.Origins[1].URL.Host
	tests := []struct {
		path, request, host string
		all                 bool
		via                 string
	}{
		{"/api/x", "POST /api/x?q=a+b&q=%20;c", origin, true, "1.0 before|"},
		{"/all/x", "POST /all/x?q=a+b&q=%20;c", u.Host, true, "1.0 before|"},
		{"/none/x", "POST /none/x", origin, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			lines := append([]string{"POST " + tt.path + "?q=a+b&q=%20;c HTTP/1.1"}, request...)
			got := sent(t, post(t, u, lines, "body"))
			want := map[string]string{"request": tt.request, "host": tt.host, "user-agent": "Amazon CloudFront"}
			for name, value := range common {
				want[name] = value
			}
			if tt.all {
				for name, value := range viewer {
					want[name] = value
				}
			}
			via, ok := strings.CutPrefix(got["via"], tt.via)
			if !ok || !strings.HasPrefix(via, "1.1 ") || !strings.HasSuffix(via, ".cloudfront.net (CloudFront)") {
				t.Errorf("unexpected Via %q", got["via"])
			}
			if id := got["x-amz-cf-id"]; len(id) != 56 {
				t.Errorf("unexpected X-Amz-Cf-Id %q", id)
			}
			delete(got, "via")
			delete(got, "x-amz-cf-id")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the origin got (-want +got):\n%s", diff)
			}
		})
	}
}

// post sends a request with a body on a new connection.
func post(t *testing.T, u *url.URL, lines []string, body string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", u.String(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	method, target, _ := strings.Cut(strings.TrimSuffix(lines[0], " HTTP/1.1"), " ")
	req.Method, req.URL.Opaque = method, target
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		if name != "Content-Length" {
			req.Header.Add(name, value)
		}
	}
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp, string(text)}
}

func TestRawPathReachesOrigin(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, echo))
	for _, path := range []string{"/api/a%2Fb", "/api/%61", "/api//x", "/api/./x", "/x/../api/y", "/api/a%20b", "/api/%FF", "/api/%C0%AE", "/api/a+b", "/api/ü%3F?a=%zz&b=;c&d"} {
		got := sent(t, get(t, u, path))
		if want := "GET " + strings.ReplaceAll(path, "ü", "%C3%BC"); got["request"] != want {
			t.Errorf("expected %q, got %q", want, got["request"])
		}
	}
}

// The API's own answers pass unchanged: no page, no other status, no header added
// or removed.
func TestOriginErrorsPass(t *testing.T) {
	t.Parallel()
	const challenge = `Bearer scope="read:private" error="invalid_token" error_description="the token has expired"`
	statuses := []int{200, 201, 204, 301, 304, 400, 401, 403, 404, 405, 413, 429, 500, 502, 503, 504}
	u := start(t, site(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/api/%d", &status)
		w.Header()["Content-Type"] = nil
		w.Header().Set("Www-Authenticate", challenge)
		w.Header().Set("Apigw-Requestid", "JCJJxhz4PHcEJgQ=")
		w.Header().Set("Location", "/elsewhere")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Set("Date", "Mon, 06 May 2024 07:08:09 GMT")
		w.WriteHeader(status)
		if status != 204 && status != 304 {
			fmt.Fprintf(w, `{"message":"%d"}`, status)
		}
	}))
	for _, status := range statuses {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			got := get(t, u, fmt.Sprintf("/api/%d", status))
			wantStatus(t, got, status)
			if status != 204 && status != 304 {
				wantBody(t, got, fmt.Sprintf(`{"message":"%d"}`, status))
			}
			for name, value := range map[string]string{
				"Content-Type": "", "Www-Authenticate": challenge, "Apigw-Requestid": "JCJJxhz4PHcEJgQ=", "Location": "/elsewhere",
				"Set-Cookie": "a=1|b=2", "Date": "Mon, 06 May 2024 07:08:09 GMT", "Server": "", "X-Amzn-Remapped-Www-Authenticate": "",
			} {
				wantHeader(t, got, name, value)
			}
			cache := "Miss from cloudfront"
			if status >= 400 {
				cache = "Error from cloudfront"
			}
			wantHeader(t, got, "X-Cache", cache)
		})
	}
}

func TestOriginHeadersTakenAway(t *testing.T) {
	t.Parallel()
	cfg := site(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Via", "1.1 origin")
		w.Header().Set("Trailer", "X-After")
		w.Header().Set("Set-Cookie", "a=1")
		w.Header().Set("Keep-Alive", "timeout=5")
		_, _ = io.WriteString(w, "body")
		w.Header().Set("X-After", "1")
	})
	got := get(t, start(t, cfg), "/api/x")
	wantBody(t, got, "body")
	for _, name := range []string{"Trailer", "X-After", "Keep-Alive"} {
		wantHeader(t, got, name, "")
	}
	if v := got.Trailer.Get("X-After"); v != "" {
		t.Errorf("a trailer came through: %q", v)
	}
	if via := got.Header.Values("Via"); len(via) != 1 || strings.Contains(via[0], "origin") {
		t.Errorf("unexpected Via %q", via)
	}
	wantHeader(t, got, "Set-Cookie", "a=1")
	cfg.Behaviors[0].Forward = cdn.ForwardNone
	wantHeader(t, get(t, start(t, cfg), "/api/x"), "Set-Cookie", "")
}

func TestNoWebSocket(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, echo))
	got := sent(t, get(t, u, "/api/x", "Upgrade: websocket", "Sec-WebSocket-Version: 13"))
	if _, ok := got["upgrade"]; ok {
		t.Error("the upgrade was forwarded")
	}
}

func TestOriginFailures(t *testing.T) {
	t.Parallel()
	silent := make(chan struct{})
	slow := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-silent }))
	t.Cleanup(func() { close(silent) })
	closing := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	tests := []struct {
		name   string
		origin cdn.Origin
		status int
		text   string
	}{
		{"refused", cdn.Origin{URL: &url.URL{Scheme: "http", Host: refusing(t)}}, 502, "CloudFront wasn't able to connect to the origin."},
		{"closed", cdn.Origin{URL: closing}, 502, "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection."},
		{"slow", cdn.Origin{URL: slow, ReadTimeout: 20 * time.Millisecond}, 504, "CloudFront attempted to establish a connection with the origin"},
		{"not HTTP", cdn.Origin{URL: garbage(t)}, 502, "CloudFront wasn't able to connect to the origin."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			tt.origin.ID = "o"
			logged := cdn.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}
			u := startWith(t, logged, cdn.Config{Origins: []cdn.Origin{tt.origin}, Default: cdn.Behavior{OriginID: "o"}})
			got := get(t, u, "/x")
			wantStatus(t, got, tt.status)
			wantHeader(t, got, "Server", "CloudFront")
			wantHeader(t, got, "X-Cache", "Error from cloudfront")
			if !strings.Contains(got.body, fmt.Sprintf("<H1>%d ERROR</H1>", tt.status)) || !strings.Contains(got.body, "\n"+tt.text) {
				t.Errorf("unexpected page %q", got.body)
			}
			if strings.Contains(got.body, "127.0.0.1") {
				t.Errorf("the cause is in the page: %q", got.body)
			}
			if !strings.Contains(log.String(), "request failed") {
				t.Errorf("the cause is not in the log: %q", log.String())
			}
		})
	}
}

// refusing is an address where nothing listens, and no other test can: it is the
// local end of a connection.
func refusing(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}

// garbage is an origin that does not speak HTTP.
func garbage(t *testing.T) *url.URL {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "SSH-2.0-x\r\n")
			conn.Close()
		}
	}()
	return &url.URL{Scheme: "http", Host: listener.Addr().String()}
}
