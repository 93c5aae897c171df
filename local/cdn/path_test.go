package cdn_test

import (
	"net/http"
	"strings"
	"testing"
)

// A path names the key to which it decodes, once, or nothing: no redirect, no page
// and no server error, whatever its bytes.
func TestPaths(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Default.Functions.ViewerRequest = nil
	u := start(t, cfg)
	const missing, odd = 404, "odd"
	tests := []struct {
		path   string
		status int
		body   string
	}{
		{"/a%20b/%C3%BC.txt", 200, odd},
		{"/a%20b/%c3%bc.txt", 200, odd},
		{"/a+b/%C3%BC.txt", 200, odd}, // S3 reads a plus as a space
		{"/a%20b/\xc3\xbc.txt", 200, odd},
		{"/a%20b%2F%C3%BC.txt", 200, odd}, // a key has no segments
		{"/%64igits.txt", 200, "0123456789"},
		{"/a%2Bb/%C3%BC.txt", missing, ""},
		{"/a%2520b/%C3%BC.txt", missing, ""}, // decoded once only
		{"/Digits.txt", missing, ""},
		{"/digits.txt/", missing, ""},
		{"//digits.txt", missing, ""},
		{"/./digits.txt", missing, ""},
		{"/x/../digits.txt", missing, ""},
		{"/..", missing, ""},
		{"/../", missing, ""},
		{"/../../../../etc/passwd", missing, ""},
		{"/%2e%2e/%2e%2e/etc/passwd", missing, ""},
		{"/%2e%2e%2f%2e%2e%2fetc%2fpasswd", missing, ""},
		{"/%252e%252e/etc/passwd", missing, ""},
		{"/..%5c..%5cetc%5cpasswd", missing, ""},
		{`/..\..\etc\passwd`, missing, ""},
		{"/....//....//etc/passwd", missing, ""},
		{"/;/../digits.txt", missing, ""},
		{"/digits.txt%00", missing, ""},
		{"/digits.txt%00.js", missing, ""},
		{"/digits.txt%0d%0aX-Injected:%201", missing, ""},
		{"/digits.txt%20", missing, ""},
		{"/digits.txt%23", missing, ""},
		{"/digits.txt%3Fx", missing, ""},
		{"/digits.txt;x", missing, ""},
		{"/%2Fdigits.txt", missing, ""},
		{"/file:///etc/passwd", missing, ""},
		{"/http://evil.example/", missing, ""},
		{"//evil.example/%2f..", missing, ""},
		{"/\\evil.example", missing, ""},
		{"/%E2%80%AE", missing, ""},
		{"/%C0%AE%C0%AE/digits.txt", 400, ""}, // overlong dots
		{"/%E0%80%AF", 400, ""},
		{"/%FF", 400, ""},
		{"/%ED%A0%80", 400, ""}, // a surrogate
		{"/\xff\xfe", 400, ""},
		{"/" + strings.Repeat("k", 1025), 400, ""},
		{"/" + strings.Repeat("k", 1024), missing, ""},
		{"/%zz", 400, ""}, // by the server, before the distribution
		{"/%", 400, ""},
		{"/a\x00b", 400, ""},
	}
	for _, tt := range tests {
		t.Run(tt.path[:min(40, len(tt.path))], func(t *testing.T) {
			t.Parallel()
			got := get(t, u, tt.path)
			wantStatus(t, got, tt.status)
			wantHeader(t, got, "Location", "")
			wantHeader(t, got, "X-Injected", "")
			if tt.status == http.StatusOK {
				wantBody(t, got, tt.body)
			}
		})
	}
}

func TestAssumedKeyErrors(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	wantXML(t, get(t, u, "/%FF.js"), "<Code>InvalidURI</Code><Message>Couldn't parse the specified URI.</Message>")
	wantXML(t, get(t, u, "/"+strings.Repeat("k", 1022)+".js"), "<Code>KeyTooLongError</Code><Message>Your key is too long</Message><Size>1025</Size><MaxSizeAllowed>1024</MaxSizeAllowed>")
}

func TestRequestForms(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	tests := []struct {
		name, request string
		status        int
	}{
		{"absolute form", "GET http://other.example/digits.txt HTTP/1.1", 200},
		{"absolute form without path", "GET http://other.example HTTP/1.1", 400},
		{"HTTP/1.0", "GET /digits.txt HTTP/1.0", 200},
		{"query on an object", "GET /digits.txt?acl HTTP/1.1", 200},
		{"listing by query", "GET /?list-type=2 HTTP/1.1", 200}, // the root object: no query reaches S3
		{"asterisk", "GET * HTTP/1.1", 400},
		{"authority form", "CONNECT other.example:443 HTTP/1.1", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := raw(t, u, tt.request)
			wantStatus(t, got, tt.status)
			if strings.Contains(got.body, "ListBucketResult") {
				t.Error("the bucket was listed")
			}
		})
	}
}
