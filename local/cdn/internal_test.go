package cdn

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func newTestFunction(t testing.TB, code string) *function {
	t.Helper()
	return serving(t, testConfig(code)).current.Load().behaviors[0].viewerRequest
}

// serving is a distribution that serves cfg.
func serving(t testing.TB, cfg Config) *Distribution {
	t.Helper()
	d := New(Options{})
	commit, err := d.Prepare(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit()
	return d
}

func testConfig(code string) Config {
	return Config{
		Origins: []Origin{{ID: "bucket", Bucket: &Bucket{Listable: true, Objects: []Object{
			{Key: "index.html", ContentType: "text/html", Body: []byte("page")},
			{Key: "a/b.js", ContentType: "text/javascript", Body: []byte(strings.Repeat("x", 2000))},
		}}}},
		DefaultRootObject: "index.html",
		Default: Behavior{OriginID: "bucket", Compress: true, Cache: Cache{Gzip: true, MaxTTL: time.Hour},
			ResponseHeaders: []Header{{Name: "X-Content-Type-Options", Value: "nosniff", Override: true}},
			Functions:       Functions{ViewerRequest: &Function{Name: "f", Runtime: runtimeName, Code: code}}},
	}
}

const deepLinkCode = `function handler(event) { var r = event.request; if (!r.uri.includes('.')) { r.uri = '/index.html' } return r }`

// A run ends at its time limit, wherever it loops, and the next one works.
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
		if got := parseRanges(header) != nil; got != want {
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
	h := serving(b, testConfig(deepLinkCode)).Handler()
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/a/b.js", nil))
	}
}
