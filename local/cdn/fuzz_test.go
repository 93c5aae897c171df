package cdn

import (
	"bufio"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
)

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

// Normalizing leaves neither dot segments nor empty ones, and a second time changes
// only what was escaped twice.
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
		_, broken := url.PathUnescape(path)
		if again := normalizedPath(got); again != got && broken == nil && !strings.Contains(path, "%25") {
			t.Errorf("%q became %q, then %q", path, got, again)
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

// Whatever bytes a viewer sends, the site answers, and neither redirects nor fails.
// Each answer has the policy's header, its declared length, and no body where there
// must be none.
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
	d := serving(f, testConfig(deepLinkCode))
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
		length := rec.Header().Get("Content-Length")
		bodiless := r.Method == http.MethodHead || rec.Code == http.StatusNotModified
		if bodiless && rec.Body.Len() > 0 || !bodiless && length != strconv.Itoa(rec.Body.Len()) {
			t.Errorf("%q was answered with %d, length %q and %d bytes", request, rec.Code, length, rec.Body.Len())
		}
		if got := rec.Header().Values("X-Content-Type-Options"); !slices.Equal(got, []string{"nosniff"}) {
			t.Errorf("%q was answered without the policy: %v", request, rec.Header())
		}
	})
}

// serverPasses reports whether net/http's server passes a request on; the rest
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
