package cdn_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"api-auth-jwt-auth0/local/cdn"

	"github.com/google/go-cmp/cmp"
)

// edge serves echo behind a viewer-request function.
func edge(t *testing.T, code string) *url.URL {
	t.Helper()
	return start(t, edgeConfig(t, code))
}

func edgeConfig(t *testing.T, code string) cdn.Config {
	t.Helper()
	return cdn.Config{
		Origins: []cdn.Origin{{ID: "echo", URL: serve(t, http.HandlerFunc(echo))}},
		Default: cdn.Behavior{OriginID: "echo", Forward: cdn.ForwardAllViewerExceptHost, Functions: cdn.Functions{
			ViewerRequest: &cdn.Function{Name: "f", Runtime: "cloudfront-js-2.0", Code: code},
		}},
		ID: "EDFDVBD6EXAMPLE",
	}
}

func TestDeepLinks(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, echo))
	tests := []struct {
		path   string
		status int
		body   string
	}{
		{"/", 200, indexHTML},
		{"/profile", 200, indexHTML},
		{"/profile?tab=token", 200, indexHTML},
		{"/a/b/c", 200, indexHTML},
		{"/index.html", 200, indexHTML},
		{"/nope.js", 404, ""},
		{"/assets/nope.css", 404, ""},
		{"/config.json", 200, configJSON},
		{"/%2e%2e/x", 200, indexHTML}, // includes does not find an escaped dot
		{"/../x", 404, ""},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			got := get(t, u, tt.path)
			wantStatus(t, got, tt.status)
			if tt.status == http.StatusOK {
				wantBody(t, got, tt.body)
			}
		})
	}
	// The function is associated with the default behavior only.
	if got := sent(t, get(t, u, "/api/private")); got["request"] != "GET /api/private" {
		t.Errorf("the API got %q", got["request"])
	}
}

func TestFunctionEvent(t *testing.T) {
	t.Parallel()
	u := edge(t, "function handler(event) { return {statusCode: 200, body: JSON.stringify(event)} }")
	got := get(t, u, "/media/a%20b?ID=42&NoValue=&bare&q=val1&q=val2,val3&esc=%2F",
		"Accept: application/json", "Accept: text/html", "Cookie: Cookie1=value1; mv=3", "Cookie: mv=4", "X-Real-IP: 1", "X-Amz-Cf-Id: 1", "Keep-Alive: 1")
	wantStatus(t, got, http.StatusOK)
	wantHeader(t, got, "X-Cache", "FunctionGeneratedResponse from cloudfront")
	var event map[string]any
	if err := json.Unmarshal([]byte(got.body), &event); err != nil {
		t.Fatalf("%v: %s", err, got.body)
	}
	type object = map[string]any
	value := func(v string, more ...string) object {
		o := object{"value": v}
		for _, m := range more {
			all, _ := o["multiValue"].([]any)
			o["multiValue"] = append(all, object{"value": m})
		}
		return o
	}
	want := object{
		"version": "1.0",
		"context": object{
			"distributionDomainName": u.Host, "distributionId": "EDFDVBD6EXAMPLE",
			"eventType": "viewer-request", "requestId": got.Header.Get("X-Amz-Cf-Id"),
		},
		"viewer": object{"ip": "127.0.0.1"},
		"request": object{
			"method": "GET", "uri": "/media/a%20b",
			"querystring": object{"ID": value("42"), "NoValue": value(""), "bare": value(""), "q": value("val1", "val1", "val2,val3"), "esc": value("%2F")},
			"headers":     object{"host": value(u.Host), "accept": value("application/json", "application/json", "text/html")},
			"cookies":     object{"Cookie1": value("value1"), "mv": value("3", "3", "4")},
		},
	}
	if diff := cmp.Diff(want, event); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// The handler's body is run with r as the request.
func TestFunctionChangesRequest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, code string
		want       map[string]string
	}{
		{"nothing", "", map[string]string{"request": "GET /a%2Fb?y=1&x=%20&x=2", "cookie": "c=1; d=2; c=3", "x-a": "1|2"}},
		{"uri", "r.uri = '/n%20ew'", map[string]string{"request": "GET /n%20ew?y=1&x=%20&x=2"}},
		{"uri outside ASCII", "r.uri = '/ü'", map[string]string{"request": "GET /%C3%BC?y=1&x=%20&x=2"}},
		{"no query", "r.querystring = {}", map[string]string{"request": "GET /a%2Fb"}},
		{"one parameter more", "r.querystring.a = {value: 'b'}", map[string]string{"request": "GET /a%2Fb?a=b&x=%20&x=2&y=1"}},
		{"first value", "r.querystring.x.value = '9'", map[string]string{"request": "GET /a%2Fb?x=9&x=2&y=1"}},
		{"all values", "r.querystring.x.value = '9'; r.querystring.x.multiValue = [{value: '7'}]", map[string]string{"request": "GET /a%2Fb?x=7&y=1"}},
		{"header set", "r.headers['x-new'] = {value: 'n'}", map[string]string{"x-new": "n"}},
		{"header removed", "delete r.headers['x-a']", map[string]string{"x-a": ""}},
		{"header's first value", "r.headers['x-a'].value = '9'", map[string]string{"x-a": "9|2"}},
		{"header's values", "r.headers['x-a'].multiValue.push({value: '3'})", map[string]string{"x-a": "1|2|3"}},
		{"cookie", "r.cookies.d = {value: '9'}; delete r.cookies.c", map[string]string{"cookie": "d=9"}},
		{"no cookies", "r.cookies = {}", map[string]string{"cookie": ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := edge(t, "function handler(event) { var r = event.request; "+tt.code+"; return r }")
			got := sent(t, get(t, u, "/a%2Fb?y=1&x=%20&x=2", "Cookie: c=1; d=2; c=3", "X-A: 1", "X-A: 2"))
			for name, value := range tt.want {
				if got[name] != value {
					t.Errorf("expected %s=%q, got %q", name, value, got[name])
				}
			}
		})
	}
}

// Bytes that are not UTF-8 are ISO-8859-1 for the function, and unchanged for the
// origin.
func TestFunctionEncoding(t *testing.T) {
	t.Parallel()
	u := edge(t, "function handler(event) { var r = event.request; r.headers['x-saw'] = {value: String(r.headers['x-a'].value == '\u00fc') + String(r.querystring.q.value == '\u00fc')}; return r }")
	got := sent(t, get(t, u, "/x?q=\xfc", "X-A: \xfc"))
	if got["x-a"] != "\xfc" || got["request"] != "GET /x?q=\xfc" || got["x-saw"] != "truetrue" {
		t.Errorf("unexpected request %q", got)
	}
}

// A new URI changes the requested object, not the origin.
func TestFunctionKeepsBehavior(t *testing.T) {
	t.Parallel()
	cfg := site(t, echo)
	cfg.Default.Functions.ViewerRequest.Code = "function handler(event) { event.request.uri = '/api/private'; return event.request }"
	wantStatus(t, get(t, start(t, cfg), "/x"), http.StatusNotFound)
}

func TestFunctionGeneratesResponse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, code string
		status     int
		body       string
		headers    map[string]string
	}{
		{"redirect", "{statusCode: 301, statusDescription: 'Moved', headers: {location: {value: '/new'}}}", 301, "", map[string]string{"Location": "/new", "Content-Length": "0"}},
		{"body", "{statusCode: 200, body: 'hi'}", 200, "hi", map[string]string{"Content-Length": "2", "Content-Type": "", "Server": "CloudFront"}},
		{"text body", "{statusCode: 200, headers: {'content-type': {value: 'text/plain'}}, body: {encoding: 'text', data: 'hi'}}", 200, "hi", map[string]string{"Content-Type": "text/plain"}},
		{"base64 body", "{statusCode: 401, body: {encoding: 'base64', data: 'aGk='}}", 401, "hi", nil},
		{"cookies", "{statusCode: 200, cookies: {a: {value: '1', attributes: 'Secure; Path=/'}, b: {value: '', multiValue: [{value: '2'}, {value: '3'}]}}}", 200, "", map[string]string{"Set-Cookie": "a=1; Secure; Path=/|b=2|b=3"}},
		{"no content", "{statusCode: 204, body: 'dropped'}", 204, "", map[string]string{"Content-Length": ""}},
		{"wrong length", "{statusCode: 200, headers: {'content-length': {value: '99'}}, body: 'hi'}", 200, "hi", map[string]string{"Content-Length": "2"}},
		{"wrong length without body", "{statusCode: 200, headers: {'content-length': {value: '99'}}}", 200, "", map[string]string{"Content-Length": "0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := edgeConfig(t, "function handler(event) { return "+tt.code+" }")
			cfg.Default.ResponseHeaders = []cdn.Header{{Name: "X-Policy", Value: "1"}}
			got := get(t, start(t, cfg), "/")
			wantStatus(t, got, tt.status)
			wantBody(t, got, tt.body)
			wantHeader(t, got, "X-Policy", "1")
			wantHeader(t, got, "X-Cache", "FunctionGeneratedResponse from cloudfront")
			for name, value := range tt.headers {
				wantHeader(t, got, name, value)
			}
		})
	}
}

// An answer that CloudFront would not accept is 502, a run that fails 503; the
// reason is only in the log.
func TestFunctionFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, code string
		status     int
		cause      string
	}{
		{"throws", "throw new Error('secret')", 503, "Error: secret"},
		{"throws a string", "throw 'secret'", 503, "secret"},
		{"unknown name", "nope()", 503, "ReferenceError: nope is not defined"},
		{"undeclared variable", "x = 1", 503, "ReferenceError: x is not defined"},
		{"eval", "eval('1')", 503, "code generation from strings"},
		{"Function", "new Function('return 1')()", 503, "code generation from strings"},
		{"constructor of a function", "(function () {}).constructor('return 1')()", 503, "code generation from strings"},
		{"constructor of an async function", "(async function () {}).constructor('return 1')()", 503, "code generation from strings"},
		{"endless recursion", "handler(event)", 503, "calls deeper than 512"},
		{"timer", "setTimeout(function () {}, 1)", 503, "setTimeout is not defined"},
		{"network", "fetch('http://localhost')", 503, "fetch is not defined"},
		{"module", "require('fs')", 503, "require is not defined"},
		{"Map", "new Map()", 503, "Map is not defined"},
		{"Proxy", "new Proxy({}, {})", 503, "Proxy is not defined"},
		{"console beyond log", "console.error('x')", 503, "TypeError"},
		{"cycle", "var a = {}; a.a = a; return a", 503, "circular"},
		{"nothing", "", 502, "expected a request or a response object"},
		{"null", "return null", 502, "expected a request or a response object"},
		{"string", "return 'x'", 502, "expected a request or a response object"},
		{"array", "return []", 502, "expected a request or a response object"},
		{"whole event", "return event", 502, "cookies is missing"},
		{"no uri", "delete r.uri; return r", 502, "uri is missing"},
		{"relative uri", "r.uri = 'x'; return r", 502, `uri "x" does not begin with /`},
		{"uri that is a number", "r.uri = 1; return r", 502, "uri: json"},
		{"broken escape in uri", "r.uri = '/%zz'; return r", 502, "uri: invalid URL escape"},
		{"query in uri", "r.uri = '/a?b'; return r", 502, "a path cannot have"},
		{"line break in uri", "r.uri = '/a\\r\\nb'; return r", 502, "a path cannot have"},
		{"space in query", "r.querystring.a = {value: 'b c'}; return r", 502, "a query cannot have"},
		{"uri too long", "r.uri = '/' + 'a'.repeat(8192); return r", 502, "shorter than 8192"},
		{"method", "r.method = 'POST'; return r", 502, "method is read-only"},
		{"host", "r.headers.host = {value: 'evil.example'}; return r", 502, `header "host" is read-only`},
		{"host removed", "delete r.headers.host; return r", 502, `header "host" is read-only and cannot be removed`},
		{"via", "r.headers.via = {value: '1.1 x'}; return r", 502, `header "via" is read-only`},
		{"content-length", "r.headers['content-length'] = {value: '1'}; return r", 502, `header "content-length" is read-only`},
		{"connection", "r.headers.connection = {value: 'close'}; return r", 502, `header "connection" cannot be set`},
		{"x-amz-cf-", "r.headers['x-amz-cf-id'] = {value: '1'}; return r", 502, `header "x-amz-cf-id" cannot be set`},
		{"x-edge-", "r.headers['x-edge-a'] = {value: '1'}; return r", 502, `header "x-edge-a" cannot be set`},
		{"upper case header", "r.headers['X-A'] = {value: '1'}; return r", 502, `header name "X-A" is not in lower case`},
		{"header name with a space", "r.headers['x a'] = {value: '1'}; return r", 502, `header name "x a" is not`},
		{"header with a line break", "r.headers['x-a'] = {value: '1\\r\\nx-b: 2'}; return r", 502, `header "x-a" has a value`},
		{"header value that is a number", "r.headers['x-a'] = {value: 1}; return r", 502, "headers: json"},
		{"header that is a string", "r.headers['x-a'] = '1'; return r", 502, "headers: json"},
		{"cookie with a line break", "r.cookies.a = {value: '1\\n'}; return r", 502, "cookies cannot be written"},
		{"status that is a string", "return {statusCode: '200'}", 502, "statusCode: json"},
		{"status that is a fraction", "return {statusCode: 200.5}", 502, "statusCode: json"},
		{"status 100", "return {statusCode: 100}", 502, "statusCode 100 is not between"},
		{"status 600", "return {statusCode: 600}", 502, "statusCode 600 is not between"},
		{"body that is a number", "return {statusCode: 200, body: 1}", 502, "body: json"},
		{"body of another encoding", "return {statusCode: 200, body: {encoding: 'hex', data: ''}}", 502, `body.encoding "hex"`},
		{"body that is not base64", "return {statusCode: 200, body: {encoding: 'base64', data: '*'}}", 502, "body: illegal base64"},
		{"promise rejected", "return Promise.reject('secret')", 503, "rejected: secret"},
		{"promise pending", "return new Promise(function () {})", 503, "never settles"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			cfg := edgeConfig(t, "function handler(event) { var r = event.request; "+tt.code+" }")
			got := get(t, startWith(t, cdn.Options{Logger: slog.New(slog.NewJSONHandler(&log, nil))}, cfg), "/a?b=c")
			wantStatus(t, got, tt.status)
			cache, text := "FunctionExecutionError", "The CloudFront function associated with the CloudFront distribution is invalid or could not run."
			if tt.status == http.StatusBadGateway {
				cache, text = "FunctionValidationError", "The CloudFront function returned an invalid value."
			}
			wantHeader(t, got, "X-Cache", cache+" from cloudfront")
			if !strings.Contains(got.body, text) || strings.Contains(got.body, "secret") {
				t.Errorf("unexpected page %q", got.body)
			}
			var entry struct{ Error string }
			if err := json.Unmarshal(log.Bytes(), &entry); err != nil {
				t.Fatalf("%v: %q", err, log.String())
			}
			if !strings.HasPrefix(entry.Error, `function "f"`) || !strings.Contains(entry.Error, tt.cause) {
				t.Errorf("expected a logged cause with %q, got %q", tt.cause, entry.Error)
			}
		})
	}
}

func TestFunctionRuns(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, code, body string }{
		{"async", "async function handler(event) { const a = await Promise.resolve('x'); return {statusCode: 200, body: a} }", "x"},
		{"strict code", "function handler(event) { return {statusCode: 200, body: String(this === undefined)} }", "true"},
		{"clock does not advance", "function handler(event) { var a = Date.now(); for (var i = 0; i < 1e5; i++) {} return {statusCode: 200, body: String(Date.now() - a)} }", "0"},
		{"JSON is out of reach", "JSON.parse = JSON.stringify = null; function handler(event) { return {statusCode: 200, body: event.version} }", "1.0"},
		{"text beyond ASCII", "function handler(event) { return {statusCode: 200, body: '\\u00fc\\ud83d\\ude00'} }", "ü😀"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantBody(t, get(t, edge(t, tt.code), "/"), tt.body)
		})
	}
}

// No state passes from one run to the next, nor between runs that overlap.
func TestFunctionIsolation(t *testing.T) {
	t.Parallel()
	u := edge(t, "var n = 0; Array.prototype.n = 0; function handler(event) { n++; Array.prototype.n++; return {statusCode: 200, body: n + ' ' + [].n} }")
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 4 {
				wantBody(t, get(t, u, "/"), "1 1")
			}
		})
	}
	wg.Wait()
}

func TestFunctionLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	cfg := edgeConfig(t, "function handler(event) { console.log('uri', event.request.uri); console.log('a'.repeat(20000)); console.log('cut'); return event.request }")
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	wantStatus(t, get(t, startWith(t, cdn.Options{Logger: logger}, cfg), "/x"), http.StatusOK)
	if want := "level=INFO msg=\"uri /x\" function=f\nlevel=INFO msg=" + strings.Repeat("a", 10*1024-len("uri /x")) + " function=f\n"; log.String() != want {
		t.Errorf("expected log %.200q, got %.200q", want, log.String())
	}
}

func TestViewerResponseFunction(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, code string
		path       string
		status     int
		body       string
		headers    map[string]string
	}{
		{"adds a header", "r.headers['x-new'] = {value: '1'}; return r", "/api/200", 200, "body", map[string]string{"X-New": "1", "X-Cache": "Miss from cloudfront"}},
		{"removes a header", "delete r.headers['x-old']; return r", "/api/200", 200, "body", map[string]string{"X-Old": ""}},
		{"sees the policy's headers", "r.headers['x-saw'] = r.headers['x-content-type-options']; return r", "/api/200", 200, "body", map[string]string{"X-Saw": "nosniff"}},
		{"keeps the length", "r.headers['content-length'] = {value: '1'}; return r", "/api/200", 200, "body", map[string]string{"Content-Length": "4"}},
		{"replaces status and body", "r.statusCode = 404; r.body = 'gone'; return r", "/api/200", 404, "gone", map[string]string{"Content-Length": "4", "X-Cache": "Error from cloudfront"}},
		{"takes the body away", "r.statusCode = 204; return r", "/api/200", 204, "", map[string]string{"Content-Length": ""}},
		{"cookies", "r.cookies.a.value = '2'; return r", "/api/200", 200, "body", map[string]string{"Set-Cookie": "a=2; Path=/"}},
		{"via", "r.headers.via = {value: 'x'}; return r", "/api/200", 502, "", map[string]string{"X-Cache": "FunctionValidationError from cloudfront"}},
		{"throws", "throw 1", "/api/200", 503, "", map[string]string{"X-Cache": "FunctionExecutionError from cloudfront", "X-Old": ""}},
		{"left out for errors", "throw 1", "/api/404", 404, "body", map[string]string{"X-Cache": "Error from cloudfront", "X-Old": "1"}},
		{"run for redirects", "r.headers.location = {value: '/b'}; return r", "/api/302", 302, "body", map[string]string{"Location": "/b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := site(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Old", "1")
				w.Header().Set("Set-Cookie", "a=1; Path=/")
				w.WriteHeader(map[string]int{"/api/200": 200, "/api/404": 404, "/api/302": 302}[r.URL.Path])
				_, _ = w.Write([]byte("body"))
			})
			cfg.Behaviors[0].Functions.ViewerResponse = &cdn.Function{Name: "f", Runtime: "cloudfront-js-2.0",
				Code: "function handler(event) { var r = event.response; " + tt.code + " }"}
			got := get(t, start(t, cfg), tt.path)
			wantStatus(t, got, tt.status)
			if tt.status < 500 {
				wantBody(t, got, tt.body)
			}
			for name, value := range tt.headers {
				wantHeader(t, got, name, value)
			}
		})
	}
}

func TestAssumedRootObjectComesAfterFunction(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Default.Functions.ViewerRequest.Code = "function handler(event) { var r = event.request; r.headers['x-uri'] = {value: r.uri}; if (r.uri == '/index.html') { throw 1 } return r }"
	wantBody(t, get(t, start(t, cfg), "/"), indexHTML)
}
