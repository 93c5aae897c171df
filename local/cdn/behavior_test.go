package cdn_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cdn"
)

// named is an origin that answers with its name and the requested path.
func named(t *testing.T, id string) cdn.Origin {
	return cdn.Origin{ID: id, URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", id, r.RequestURI)
	}))}
}

// Order decides, not length; patterns see the normalized path, origins the
// raw one.
func TestBehaviorPrecedence(t *testing.T) {
	t.Parallel()
	cfg := cdn.Config{Default: cdn.Behavior{OriginID: "default"}}
	for i, pattern := range []string{"/api/*", "/api/special", "images/*.jpg", "/x?z", "*.gif", "/Case/*"} {
		id := fmt.Sprint(i)
		cfg.Origins = append(cfg.Origins, named(t, id))
		cfg.Behaviors = append(cfg.Behaviors, cdn.Behavior{PathPattern: pattern, OriginID: id})
	}
	cfg.Origins = append(cfg.Origins, named(t, "default"))
	u := start(t, cfg)
	tests := []struct{ path, origin string }{
		{"/api/private", "0"},
		{"/api/", "0"},
		{"/api/special", "0"}, // the first match wins, also over an exact one
		{"/api", "default"},
		{"/apis/x", "default"},
		{"/API/private", "default"},
		{"/x/api/private", "default"},
		{"/images/a.jpg", "2"},
		{"/images/a/b.jpg", "2"},
		{"/images/a.jpeg", "default"},
		{"/xyz", "3"},
		{"/xz", "default"},
		{"/x/z", "3"},
		{"/deep/er/a.gif", "4"},
		{"/api/a.gif", "0"},
		{"/case/x", "default"},
		{"/api/a?x=/y.gif", "0"},
		{"/y?p=/api/", "default"}, // a query string never matches
		{"//api/private", "0"},
		{"/./api/private", "0"},
		{"/z/../api/private", "0"},
		{"/z/%2e%2E/api/private", "0"},
		{"/%61pi/private", "0"},
		{"/api/../y", "default"},
		{"/api/%2e%2e/y", "default"},
		{"/api%2fprivate", "default"}, // an escaped slash is not a separator
		{`/api\private`, "default"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			got := get(t, u, tt.path)
			wantStatus(t, got, http.StatusOK)
			path, _, _ := strings.Cut(tt.path, "?")
			wantBody(t, got, tt.origin+" "+strings.ReplaceAll(path, `\`, "%5C"))
		})
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, echo))
	options := site(t, nil)
	options.Default.AllowedMethods = []string{"GET", "HEAD", "OPTIONS"}
	withOptions := start(t, options)
	all := site(t, nil)
	all.Default.AllowedMethods = []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
	withAll := start(t, all)
	const cacheable = "The distribution supports only cachable requests."
	const xml = "<Code>"
	tests := []struct {
		name, request string
		site          string
		status        int
		part          string
	}{
		{"POST to the site", "POST /index.html HTTP/1.1", "default", 403, cacheable},
		{"OPTIONS to the site", "OPTIONS /index.html HTTP/1.1", "default", 403, cacheable},
		{"lower case", "get /index.html HTTP/1.1", "default", 403, cacheable},
		{"TRACE to the site", "TRACE / HTTP/1.1", "default", 403, cacheable},
		{"unknown method to the API", "BREW /api/x HTTP/1.1", "default", 403, "not configured to allow the HTTP request method"},
		{"OPTIONS to the API", "OPTIONS /api/x HTTP/1.1", "default", 200, "OPTIONS /api/x"},
		{"DELETE to the API", "DELETE /api/x HTTP/1.1", "default", 200, "DELETE /api/x"},
		{"OPTIONS to S3", "OPTIONS /index.html HTTP/1.1\r\nOrigin: http://a\r\nAccess-Control-Request-Method: GET", "options", 400, xml + "BadRequest</Code><Message>Insufficient information. Origin request header needed.</Message>"},
		{"PUT to S3", "PUT /new HTTP/1.1\r\nContent-Length: 0", "all", 403, xml + "AccessDenied<"},
		{"DELETE to S3", "DELETE /index.html HTTP/1.1", "all", 403, xml + "AccessDenied<"},
		{"POST to S3", "POST /index.html HTTP/1.1\r\nContent-Length: 0", "all", 405, xml + "MethodNotAllowed</Code><Message>The specified method is not allowed against this resource.</Message><Method>POST</Method><ResourceType>OBJECT</ResourceType>"},
		{"GET with a body", "GET / HTTP/1.1\r\nTransfer-Encoding: chunked", "default", 403, "Bad request."},
		{"GET with a length", "GET /api/x HTTP/1.1\r\nContent-Length: 1", "default", 403, "Bad request."},
		{"GET with an empty body", "GET /api/x HTTP/1.1\r\nContent-Length: 0", "default", 200, "GET /api/x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			at := u
			switch tt.site {
			case "options":
				at = withOptions
			case "all":
				at = withAll
			}
			got := raw(t, at, tt.request)
			wantStatus(t, got, tt.status)
			if !strings.Contains(got.body, tt.part) {
				t.Errorf("expected a body with %q, got %q", tt.part, got.body)
			}
		})
	}
}

func TestAssumedHeadWithBodyIsRefused(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, echo))
	wantStatus(t, raw(t, u, "HEAD /api/x HTTP/1.1", "Content-Length: 1"), http.StatusForbidden)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, echo))
	host := len("https://") + len(u.Host)
	// What raw sends besides the value of one header.
	frame := len("GET /api/x HTTP/1.1\r\nA: \r\nHost: \r\nConnection: close\r\n") + len(u.Host)
	tests := []struct {
		name    string
		request []string
		status  int
	}{
		{"longest URL", []string{"GET /api/" + strings.Repeat("a", 8192-host-len("/api/")) + " HTTP/1.1"}, 200},
		{"URL one byte longer", []string{"GET /api/" + strings.Repeat("a", 8193-host-len("/api/")) + " HTTP/1.1"}, 413},
		{"long query", []string{"GET /?" + strings.Repeat("a", 8192) + " HTTP/1.1"}, 413},
		{"headers below the limit", []string{"GET /api/x HTTP/1.1", "A: " + strings.Repeat("a", 20000)}, 200},
		{"largest request", []string{"GET /api/x HTTP/1.1", "A: " + strings.Repeat("a", 20480-frame)}, 200},
		{"request one byte larger", []string{"GET /api/x HTTP/1.1", "A: " + strings.Repeat("a", 20481-frame)}, 413},
		{"headers over the limit", []string{"GET /api/x HTTP/1.1", "A: " + strings.Repeat("a", 20480)}, 413},
		{"many headers over the limit", append([]string{"GET / HTTP/1.1"}, strings.Split(strings.Repeat("A: "+strings.Repeat("a", 1000)+"\n", 21)+"B: b", "\n")...), 413},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := raw(t, u, tt.request...)
			wantStatus(t, got, tt.status)
			if tt.status == 413 && !strings.Contains(got.body, "<H1>413 ERROR</H1>") {
				t.Errorf("expected CloudFront's page, got %q", got.body)
			}
		})
	}
}

// The policy is on every answer: objects, S3's errors, CloudFront's own.
func TestResponseHeadersPolicy(t *testing.T) {
	t.Parallel()
	cfg := site(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "sniff")
		w.Header().Set("Referrer-Policy", "origin")
		w.WriteHeader(http.StatusTeapot)
	})
	u := start(t, cfg)
	tests := []struct {
		name, request, referrer string
		status                  int
	}{
		{"object", "GET / HTTP/1.1", "no-referrer", 200},
		{"not modified", "GET /digits.txt HTTP/1.1\r\nIf-Modified-Since: " + written.Format(http.TimeFormat), "no-referrer", 304},
		{"missing key", "GET /nope.js HTTP/1.1", "no-referrer", 404},
		{"refused method", "POST / HTTP/1.1\r\nContent-Length: 0", "no-referrer", 403},
		{"too long", "GET /" + strings.Repeat("a", 9000) + " HTTP/1.1", "no-referrer", 413},
		{"custom origin", "GET /api/x HTTP/1.1", "origin", 418}, // without override, the origin's stays
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := raw(t, u, tt.request)
			wantStatus(t, got, tt.status)
			wantHeader(t, got, "X-Content-Type-Options", "nosniff")
			wantHeader(t, got, "Content-Security-Policy", "default-src 'none'")
			wantHeader(t, got, "Referrer-Policy", tt.referrer)
		})
	}
}

func TestErrorPage(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	got := raw(t, u, "POST / HTTP/1.1", "Content-Length: 0")
	wantStatus(t, got, http.StatusForbidden)
	wantHeader(t, got, "Server", "CloudFront")
	wantHeader(t, got, "Content-Type", "text/html")
	wantHeader(t, got, "X-Cache", "Error from cloudfront")
	id := got.Header.Get("X-Amz-Cf-Id")
	if len(id) != 56 || !strings.HasSuffix(id, "==") {
		t.Errorf("expected an ID of 56 characters ending in ==, got %q", id)
	}
	wantBody(t, got, `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
<TITLE>ERROR: The request could not be satisfied</TITLE>
</HEAD><BODY>
<H1>403 ERROR</H1>
<H2>The request could not be satisfied.</H2>
<HR noshade size="1px">
This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests.
We can't connect to the server for this app or website at this time. There might be too much traffic or a configuration error. Try again later, or contact the app or website owner.
<BR clear="all">
If you provide content to customers through CloudFront, you can find steps to troubleshoot and help prevent this error by reviewing the CloudFront documentation.
<BR clear="all">
<HR noshade size="1px">
<PRE>
Generated by cloudfront (CloudFront)
Request ID: `+id+`
</PRE>
<ADDRESS>
</ADDRESS>
</BODY></HTML>`)
	head := raw(t, start(t, site(t, nil)), "HEAD /nope.js HTTP/1.1")
	wantStatus(t, head, http.StatusNotFound)
	wantBody(t, head, "")
}
