package cdn_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestAPIErrorIsNoPage: the API's refusals pass unchanged, also when a browser
// navigates there and would accept a page.
func TestAPIErrorIsNoPage(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/api/%d", &status)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"message":"%s of the API"}`, r.Method)
	}))
	for _, status := range []int{400, 401, 403, 404, 405, 413, 429, 500, 502, 503, 504} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			for _, suffix := range []string{"", "/", "/profile", "/index.html", "?page=/profile"} {
				got := raw(t, u, fmt.Sprintf("%s /api/%d%s HTTP/1.1", method, status, suffix), "Accept: text/html,*/*;q=0.8",
					"Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Accept-Encoding: gzip, br", "Content-Length: 0")
				wantStatus(t, got, status)
				wantBody(t, got, `{"message":"`+method+` of the API"}`)
				wantHeader(t, got, "Content-Type", "application/json")
				wantHeader(t, got, "X-Cache", "Error from cloudfront")
			}
		}
	}
}

// TestConfigurationIsNeverKept: whatever the request for config.json, a browser
// must revalidate every answer.
func TestConfigurationIsNeverKept(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	etag := tag(configJSON)
	tests := []struct {
		request string
		status  int
	}{
		{"GET /config.json HTTP/1.1", 200},
		{"HEAD /config.json HTTP/1.1", 200},
		{"GET /config.json?v=0123456789abcdef HTTP/1.1", 200},
		{"GET /%63onfig.json HTTP/1.1", 200},
		{"GET /config.json HTTP/1.1\r\nAccept-Encoding: gzip", 200},
		{"GET /config.json HTTP/1.1\r\nCache-Control: max-age=31536000", 200},
		{"GET /config.json HTTP/1.0", 200},
		{"GET /config.json HTTP/1.1\r\nIf-None-Match: " + etag, 304},
		{"GET /config.json HTTP/1.1\r\nRange: bytes=0-1", 206},
		{"GET /config.json HTTP/1.1\r\nIf-Match: \"a\"", 412},
		{"GET /config.json HTTP/1.1\r\nRange: bytes=99-", 416},
		{"GET /assets/config.json HTTP/1.1", 404},
		{"GET //config.json HTTP/1.1", 404},
		{"POST /config.json HTTP/1.1\r\nContent-Length: 0", 403},
	}
	for _, tt := range tests {
		t.Run(tt.request, func(t *testing.T) {
			t.Parallel()
			got := raw(t, u, tt.request)
			wantStatus(t, got, tt.status)
			want := ""
			if tt.status < 400 {
				want = "no-cache"
			}
			wantHeader(t, got, "Cache-Control", want)
			wantHeader(t, got, "Expires", "")
		})
	}
}

// TestDeployedDeepLinks runs the function that is deployed before the site.
func TestDeployedDeepLinks(t *testing.T) {
	t.Parallel()
	code, err := os.ReadFile("../../infra/deep-link.js")
	if err != nil {
		t.Fatal(err)
	}
	cfg := site(t, echo)
	cfg.Default.Functions.ViewerRequest.Code = strings.Replace(string(code), "FILE_TYPES", "css|html|js|json|txt", 1)
	u := start(t, cfg)
	const missing = "<Code>NoSuchKey</Code>"
	tests := []struct {
		path   string
		status int
		part   string // of the body
	}{
		{"/", 200, indexHTML},
		{"/index.html", 200, indexHTML},
		{"/profile", 200, indexHTML},
		{"/profile/", 200, indexHTML},
		{"/profile?file=a.js", 200, indexHTML},
		{"/v1.2/profile", 200, indexHTML},
		{"/items/1.1", 200, indexHTML},
		{"/users/jane.doe@example.com", 200, indexHTML},
		{"/nope.js/", 200, indexHTML},
		{"/NOPE.JS", 200, indexHTML}, // keys are case-sensitive, and so are kinds
		{"/assets", 200, indexHTML},
		{"/assets/", 404, missing},
		{"/assets/absent", 404, missing},
		{"/.well-known/absent", 404, missing},
		{"/.well-known", 200, indexHTML},
		{"/x/.well-known/absent", 200, indexHTML},
		{"/api", 200, indexHTML}, // the API is under /api/
		{"/API/private", 200, indexHTML},
		{"//", 200, indexHTML},
		{"/config.json", 200, configJSON},
		{"/digits.txt", 200, "0123456789"},
		{"/nope.js", 404, missing},
		{"/v1.2/nope.js", 404, missing},
		{"/profile/..", 200, indexHTML},
		{"/.env", 200, indexHTML}, // a page of the app, which reveals nothing
		{"/.git/config", 200, indexHTML},
		{"/profile%00.js", 404, missing},
		{"/config%2ejson", 200, indexHTML}, // the function does not see an escaped dot
		{"/%FF.js", 400, "<Code>InvalidURI</Code>"},
		{"/%FF", 200, indexHTML},
		{"/api/private", 200, "request=GET /api/private\n"},
		{"/api/v1.2", 200, "request=GET /api/v1.2\n"},
		{"/api/", 200, "request=GET /api/\n"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			got := get(t, u, tt.path)
			wantStatus(t, got, tt.status)
			if !strings.Contains(got.body, tt.part) {
				t.Errorf("expected a body with %q, got %q", tt.part, got.body)
			}
		})
	}
}

// parentFolders are spellings of the parent folder, and what a path with one
// before an object's name gets.
var parentFolders = []struct {
	up       string
	object   int  // the status of /assets/UPconfig.json
	resolved bool // for the choice of a behavior
}{
	{"../", 404, true},
	{"%2e%2e/", 404, true},
	{"%2E%2e/", 404, true},
	{".%2e/", 404, true},
	{"./../", 404, true},
	{"x/../../", 404, true},
	{".//../", 404, true},
	{"..%2f", 404, false},
	{"%2e%2e%2f", 404, false},
	{"%252e%252e/", 404, false},
	{"%252e%252e%252f", 404, false},
	{"%25252e%25252e/", 404, false},
	{"..%5c", 404, false},
	{"%2e%2e%5c", 404, false},
	{`..\`, 404, false},
	{"..;/", 404, false},
	{"..%00/", 404, false},
	{"%00../", 404, false},
	{"..%0d%0a/", 404, false},
	{"..%20/", 404, false},
	{".../", 404, false},
	{"..%ef%bc%8f", 404, false}, // a full-width slash
	{"%e2%80%a5/", 404, false},  // two dots in one character
	{"%c0%ae%c0%ae/", 400, false},
	{"%c0%ae%c0%ae%c0%af", 400, false},
	{"%e0%80%ae%e0%80%ae/", 400, false},
	{"%f0%80%80%ae%f0%80%80%ae/", 400, false},
	{"..%c1%9c", 400, false},
	{"..%c0%af", 400, false},
	{"\xc0\xae\xc0\xae/", 400, false},
}

// TestTraversal tries to climb from one place to another with every spelling of the
// parent folder. No object is found under another's name, and no request for the
// site reaches the API or the other way round, except for those spellings that
// CloudFront resolves when it chooses the behavior.
func TestTraversal(t *testing.T) {
	t.Parallel()
	cfg := site(t, echo)
	cfg.Default.Functions.ViewerRequest = nil
	u := start(t, cfg)
	for _, tt := range parentFolders {
		t.Run(tt.up, func(t *testing.T) {
			t.Parallel()
			got := get(t, u, "/assets/"+tt.up+"config.json")
			wantStatus(t, got, tt.object)
			wantHeader(t, got, "Server", "AmazonS3")
			wantHeader(t, got, "Location", "")

			got = get(t, u, "/api/"+tt.up+"config.json")
			if tt.resolved {
				wantStatus(t, got, tt.object) // by the bucket, which has no such key
				wantHeader(t, got, "Server", "AmazonS3")
			} else if r := sent(t, got)["request"]; !strings.HasPrefix(r, "GET /api/") {
				t.Errorf("the API got %q", r)
			}

			got = get(t, u, "/assets/"+tt.up+"api/private")
			if tt.resolved {
				if r := sent(t, got)["request"]; r != "GET /assets/"+tt.up+"api/private" {
					t.Errorf("the API got %q", r)
				}
			} else {
				wantStatus(t, got, tt.object)
			}
		})
	}
}

// TestAbsoluteTargets: a target that looks like another site is a key, or nothing.
func TestAbsoluteTargets(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Default.Functions.ViewerRequest = nil
	u := start(t, cfg)
	for _, path := range []string{"//etc/passwd", "/%2fetc%2fpasswd", "/%2Fetc/passwd", "/C:/Windows/win.ini", "/C:%5cWindows%5cwin.ini",
		"/file:///etc/passwd", "/%5c%5chost%5cshare", `/\\host\share`, "///config.json", "/proc/self/environ", "/~/config.json", "/config.json::$DATA", "/config.json%00"} {
		wantStatus(t, get(t, u, path), http.StatusNotFound)
	}
}
