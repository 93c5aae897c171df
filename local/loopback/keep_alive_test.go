package loopback

import (
	"strings"
	"testing"
)

// TestConnectionHeader is as in recorded answers of both services: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html
func TestConnectionHeader(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t)
	site := serveHandler(t, siteBefore(t, api).Handler())
	tooLarge := "GET /" + strings.Repeat("a", 11_000) + " HTTP/1.1\r\nHost: HOST\r\n\r\n"
	for _, test := range []struct{ name, raw, want string }{
		{"answer", "GET /a HTTP/1.1\r\nHost: HOST\r\n\r\n", "keep-alive"},
		{"answer without a body", "HEAD /a HTTP/1.1\r\nHost: HOST\r\n\r\n", "keep-alive"},
		{"no such method", "DANCE /a HTTP/1.1\r\nHost: HOST\r\n\r\n", "keep-alive"},
		{"client closes", "GET /a HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", "close"},
		{"HTTP/1.0", "GET /a HTTP/1.0\r\nHost: HOST\r\n\r\n", ""},
		{"HTTP/1.0 kept alive", "GET /a HTTP/1.0\r\nHost: HOST\r\nConnection: keep-alive\r\n\r\n", "keep-alive"},
	} {
		for name, s := range map[string]*Server{"API": api.server, "site": site} {
			if got := connectionOf(t, s, test.raw); got != test.want {
				t.Errorf("%s, %s: expected Connection %q, got %q", test.name, name, test.want, got)
			}
		}
	}
	for name, want := range map[string]string{"API": "keep-alive", "site": "close"} { // CloudFront closes the connection after a 413
		if got := connectionOf(t, map[string]*Server{"API": api.server, "site": site}[name], tooLarge); got != want {
			t.Errorf("too large, %s: expected Connection %q, got %q", name, want, got)
		}
	}
}

// connectionOf returns the Connection header of the first answer on the wire.
func connectionOf(t *testing.T, s *Server, raw string) string {
	t.Helper()
	head, _, _ := strings.Cut(exchange(t, s, raw), "\r\n\r\n")
	var values []string
	for line := range strings.SplitSeq(head, "\r\n") {
		if value, ok := strings.CutPrefix(line, "Connection: "); ok {
			values = append(values, value)
		}
	}
	return strings.Join(values, "|")
}
