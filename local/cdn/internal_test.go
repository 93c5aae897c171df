package cdn

import (
	"bufio"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
)

func newTestFunction(t testing.TB, code string) *function {
	t.Helper()
	d, err := New(testConfig(code))
	if err != nil {
		t.Fatal(err)
	}
	return d.behaviors[0].viewerRequest
}

func testConfig(code string) Config {
	return Config{
		Origins: []Origin{{ID: "bucket", Bucket: &Bucket{Listable: true, Objects: []Object{
			{Key: "index.html", ContentType: "text/html", Body: []byte("page")},
			{Key: "a/b.js", ContentType: "text/javascript", Body: []byte(strings.Repeat("x", 2000))},
		}}}},
		DefaultRootObject: "index.html",
		Default: Behavior{OriginID: "bucket", Compress: true, Cache: Cache{Gzip: true, MaxTTL: time.Hour},
			Functions: Functions{ViewerRequest: &Function{Name: "f", Runtime: runtimeName, Code: code}}},
	}
}

const deepLinkCode = `function handler(event) { var r = event.request; if (!r.uri.includes('.')) { r.uri = '/index.html' } return r }`

// A run ends with its time, wherever it loops, and the next one works.
func TestFunctionTimeLimit(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"loop":               "for (;;) {}",
		"loop with a catch":  "for (;;) { try { for (;;) {} } catch (e) {} }",
		"loop of promises":   "function next() { return Promise.resolve().then(next) } return next()",
		"regular expression": "/^(a+)+$/.test('a'.repeat(40) + 'b'); for (;;) {}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newTestFunction(t, "function handler(event) { if (event.ok) { return event } "+code+" }")
			f.limit = 20 * time.Millisecond
			if _, err := f.run([]byte(`{}`)); err == nil || !strings.Contains(err.Error(), "ran longer than 20ms") {
				t.Errorf("expected the time limit, got %v", err)
			}
			f.limit = functionLimit
			if out, err := f.run([]byte(`{"ok":true}`)); err != nil || string(out) != `{"ok":true}` {
				t.Errorf("the next run failed: %s, %v", out, err)
			}
		})
	}
}

func TestRangeOrder(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"bytes=0-0": true, "bytes=0-1,2-3": true, "bytes=0-1,3-,": false, "bytes=0-,5-6": false, "bytes=-1,0-1": false,
		"bytes=0-1,-1": true, "bytes= 0-1 ,\t4-5": true, "bytes=-1,-2": false, "Bytes=0-1": false, "": false, "bytes": false,
	} {
		if got := rangeIsServed(header); got != want {
			t.Errorf("%q: expected %v, got %v", header, want, got)
		}
	}
}

func TestNormalizedPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/": "/", "": "/", "/a": "/a", "/a/": "/a/", "//": "/", "/a//b": "/a/b", "/a/./b": "/a/b", "/a/..": "/", "/a/b/..": "/a/",
		"/a/b/.": "/a/b/", "/../../a": "/a", "/%2E%2e/a": "/a", "/%61": "/a", "/%2f": "/%2F", "/a%": "/a%", "/a%2": "/a%2",
		"/%zz": "/%zz", "/%7e": "/~", "/...": "/...", "/a%2e": "/a.",
	} {
		if got := normalizedPath(path); got != want {
			t.Errorf("%q: expected %q, got %q", path, want, got)
		}
	}
}

// The matcher agrees with a regular expression of the same meaning.
func FuzzPathPattern(f *testing.F) {
	for _, seed := range [][2]string{{"/api/*", "/api/x"}, {"*", "/"}, {"a?c*.jpg", "/abc/d.jpg"}, {"**a*?", "/xxaax"}, {"/*a*a*a*b", "/aaaaaaaa"}, {"", "/"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		if len(pattern) > maxPatternBytes || len(path) > maxURLBytes || !utf8.ValidString(pattern) || !isASCII(path) {
			return
		}
		expression := regexp.QuoteMeta(string(newPathPattern(pattern)))
		expression = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(expression)
		want := regexp.MustCompile(`(?s)\A` + expression + `\z`).MatchString(path)
		if got := newPathPattern(pattern).matches(path); got != want {
			t.Errorf("%q matches %q: expected %v, got %v", pattern, path, want, got)
		}
	})
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// Normalizing is idempotent once nothing is left to decode, and leaves
// neither dot segments nor empty ones.
func FuzzNormalizedPath(f *testing.F) {
	for _, seed := range []string{"/", "/a/../b", "//a/./%2e%2e/", "/%252e", "%2", "/a%2fb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := normalizedPath(path)
		if !strings.HasPrefix(got, "/") {
			t.Fatalf("%q became %q", path, got)
		}
		segments := strings.Split(got[1:], "/")
		for i, s := range segments {
			if s == "." || s == ".." || s == "" && i < len(segments)-1 {
				t.Errorf("%q became %q", path, got)
			}
		}
	})
}

// A key is valid UTF-8 of at most 1024 bytes, and every key can be named.
func FuzzObjectKey(f *testing.F) {
	for _, seed := range []string{"/index.html", "/a%20b", "/a+b", "/%C0%AE", "/..%2f", "/%00", "/%zz", "//"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		key, failed := objectKey(path)
		if failed != nil {
			if key != "" || failed.status != http.StatusBadRequest {
				t.Errorf("%q: unexpected failure %+v", path, failed)
			}
			return
		}
		if !utf8.ValidString(key) || len(key) > maxKeyBytes {
			t.Errorf("%q became the key %q", path, key)
		}
		if again, failed := objectKey("/" + url.PathEscape(key)); failed != nil && !strings.Contains(key, "+") || failed == nil && !strings.Contains(key, "+") && again != key {
			t.Errorf("the key %q came back as %q", key, again)
		}
	})
}

func FuzzRange(f *testing.F) {
	for _, seed := range []string{"bytes=0-1", "bytes=0-1,3-4", "bytes=-1", "bytes=1-", "bytes=5-1", "bytes=99999999999999999999-", "x=1"} {
		f.Add(seed)
	}
	o := newBucket(&Bucket{Objects: []Object{{Key: "k", Body: []byte("0123456789")}}}, time.Time{}).objects["k"]
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/k", nil)
		r.Header["Range"] = []string{header}
		switch resp := o.serve(r); resp.StatusCode {
		case http.StatusOK, http.StatusPartialContent, http.StatusRequestedRangeNotSatisfiable:
			if resp.StatusCode != http.StatusOK && !rangeIsServed(header) {
				t.Errorf("%q was answered with %d", header, resp.StatusCode)
			}
		default:
			t.Errorf("%q was answered with %d", header, resp.StatusCode)
		}
	})
}

// Whatever bytes a viewer sends, the site answers, and neither redirects nor
// fails.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /a/b.js HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nRange: bytes=1-2\r\nIf-None-Match: *\r\n\r\n",
		"HEAD /%2e%2e/a?b=c&d HTTP/1.0\r\nCookie: a=b;c;=d; \r\nX-A: \xff\r\n\r\n",
		"POST //x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
		"GET /x?\xf9=\xfa HTTP/1.1\r\nHost: a\r\nX-A: \xf9\r\nCookie: \xf9=\xfa\r\n\r\n",
		"GET http://h/p HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: a\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	d, err := New(testConfig(deepLinkCode))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, request []byte) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(string(request))))
		if err != nil || !serverPasses(r) {
			return
		}
		r.RemoteAddr = "192.0.2.1:1"
		rec := httptest.NewRecorder()
		d.Handler().ServeHTTP(rec, r)
		if rec.Code >= 500 || rec.Code/100 == 3 && rec.Code != http.StatusNotModified {
			t.Errorf("%q was answered with %d %v", request, rec.Code, rec.Header())
		}
	})
}

// serverPasses holds for what net/http's server hands to a handler; the rest
// it refuses itself.
func serverPasses(r *http.Request) bool {
	for name, values := range r.Header {
		if !httpguts.ValidHeaderFieldName(name) || slices.ContainsFunc(values, func(v string) bool { return !httpguts.ValidHeaderFieldValue(v) }) {
			return false
		}
	}
	return r.ProtoMajor == 1 && httpguts.ValidHostHeader(r.Host)
}

// Whatever a function returns is either refused as invalid or makes a
// request that can be sent.
func FuzzFunctionResult(f *testing.F) {
	for _, seed := range []string{
		`{"method":"GET","uri":"/x","querystring":{"a":{"value":"1"}},"headers":{},"cookies":{}}`,
		`{"method":"GET","uri":"/%","querystring":{},"headers":{"host":{"value":"a"}},"cookies":{"a":{"value":"1","multiValue":[{"value":"2"}]}}}`,
		`{"statusCode":200,"headers":{"a":{"value":"b"}},"cookies":{"a":{"value":"1","attributes":"Path=/"}},"body":{"encoding":"base64","data":"aGk="}}`,
		`null`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, result []byte) {
		var members map[string]json.RawMessage
		if json.Unmarshal(result, &members) != nil || members == nil {
			return
		}
		r := httptest.NewRequest("GET", "/a?b=c", nil)
		before := newEventRequest(r)
		before.Headers = fields{}
		if changed, err := changedRequest(r, before, maps.Clone(members)); err == nil {
			if _, err := url.ParseRequestURI(changed.URL.RequestURI()); err != nil {
				t.Errorf("%s makes the target %q: %v", result, changed.URL.RequestURI(), err)
			}
		}
		if resp, err := generatedResponse(members); err == nil && (resp.StatusCode < 200 || resp.StatusCode > 599) {
			t.Errorf("%s makes the status %d", result, resp.StatusCode)
		}
	})
}

// Every test that doc.go names exists, and every test of an assumption is
// named there.
func TestDocNamesTests(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var doc string
	var tests []string
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if name == "doc.go" {
			doc = file.Doc.Text()
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				tests = append(tests, f.Name.Name)
			}
		}
	}
	named := regexp.MustCompile(`\b(Test|Fuzz)[A-Z]\w*`).FindAllString(doc, -1)
	if len(named) == 0 {
		t.Fatal("doc.go names no test")
	}
	for _, name := range named {
		if !slices.Contains(tests, name) {
			t.Errorf("doc.go names %s, which does not exist", name)
		}
	}
	for _, name := range tests {
		if strings.HasPrefix(name, "TestAssumed") && !slices.Contains(named, name) {
			t.Errorf("doc.go does not name %s", name)
		}
	}
}

func TestOriginFailureKeepsFailure(t *testing.T) {
	t.Parallel()
	f := &failure{status: http.StatusTeapot, text: "text"}
	if got := originFailure(errors.Join(errors.New("around"), f)); got != f {
		t.Errorf("expected the failure itself, got %v", got)
	}
	if f.Error() != "418: text" {
		t.Errorf("unexpected text %q", f.Error())
	}
}

func BenchmarkFunction(b *testing.B) {
	f := newTestFunction(b, deepLinkCode)
	r := httptest.NewRequest("GET", "/profile?a=b", nil)
	r.Header.Set("User-Agent", "bench")
	event, err := json.Marshal(event{Version: "1.0", Request: newEventRequest(r)})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.run(event); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkObject(b *testing.B) {
	d, err := New(testConfig(deepLinkCode))
	if err != nil {
		b.Fatal(err)
	}
	h := d.Handler()
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/a/b.js", nil))
	}
}
