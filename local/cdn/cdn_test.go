package cdn_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/cdn"
)

// deepLink is the function of a single-page app for deep links.
const deepLink = `function handler(event) {
	var r = event.request;
	if (!r.uri.includes('.')) {
		r.uri = '/index.html';
	}
	return r;
}`

const (
	indexHTML  = "<!doctype html><title>site</title>"
	configJSON = `{"apiUrl":"/api"}`
	immutable  = "public, max-age=31536000, immutable"
)

var (
	script  = strings.Repeat("export const answer = 42;\n", 400)
	written = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
)

func bucket() *cdn.Bucket {
	return &cdn.Bucket{Listable: true, Objects: []cdn.Object{
		{Key: "index.html", ContentType: "text/html; charset=utf-8", CacheControl: "no-cache", Body: []byte(indexHTML), LastModified: written},
		{Key: "config.json", ContentType: "application/json", CacheControl: "no-cache", Body: []byte(configJSON), LastModified: written},
		{Key: "assets/app.js", ContentType: "text/javascript", CacheControl: immutable, Body: []byte(script), LastModified: written},
		{Key: "assets/logo.png", ContentType: "image/png", CacheControl: immutable, Body: []byte(script), LastModified: written},
		{Key: "a b/ü.txt", ContentType: "text/plain", Body: []byte("odd"), LastModified: written},
		{Key: "digits.txt", ContentType: "text/plain", Body: []byte("0123456789"), LastModified: written},
		{Key: "untyped", Body: []byte("bytes")},
	}}
}

// site is the configuration of the project: a bucket by default, an API
// under /api/*.
func site(t *testing.T, api http.HandlerFunc) cdn.Config {
	t.Helper()
	cache, err := cdn.ManagedCache(cdn.CachingOptimizedID)
	if err != nil {
		t.Fatal(err)
	}
	security := []cdn.Header{
		{Name: "X-Content-Type-Options", Value: "nosniff", Override: true},
		{Name: "Content-Security-Policy", Value: "default-src 'none'", Override: true},
		{Name: "Referrer-Policy", Value: "no-referrer"},
	}
	cfg := cdn.Config{
		Origins: []cdn.Origin{{ID: "bucket", Bucket: bucket()}},
		Default: cdn.Behavior{
			OriginID: "bucket", Compress: true, Cache: cache, ViewerProtocolPolicy: "redirect-to-https", ResponseHeaders: security,
			Functions: cdn.Functions{ViewerRequest: &cdn.Function{Name: "deep-link", Runtime: "cloudfront-js-2.0", Code: deepLink}},
		},
		DefaultRootObject: "index.html",
	}
	if api != nil {
		cfg.Origins = append(cfg.Origins, cdn.Origin{ID: "api", URL: serve(t, api)})
		cfg.Behaviors = []cdn.Behavior{{
			PathPattern: "/api/*", OriginID: "api", Forward: cdn.ForwardAllViewerExceptHost, Compress: true, ResponseHeaders: security,
			AllowedMethods: []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"},
		}}
	}
	return cfg
}

// serve listens on a free port and returns its URL.
func serve(t *testing.T, h http.Handler) *url.URL {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// start serves cfg and returns its URL.
func start(t *testing.T, cfg cdn.Config) *url.URL {
	t.Helper()
	return startWith(t, cdn.Options{Now: func() time.Time { return written.Add(time.Hour) }}, cfg)
}

func startWith(t *testing.T, o cdn.Options, cfg cdn.Config) *url.URL {
	t.Helper()
	d := cdn.New(o)
	commit, err := d.Prepare(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit()
	return serve(t, d.Handler())
}

// prepare checks a configuration.
func prepare(t *testing.T, cfg cdn.Config) error {
	_, err := cdn.New(cdn.Options{}).Prepare(t.Context(), cfg)
	return err
}

// answer is a response read to its end.
type answer struct {
	*http.Response
	body string
}

// raw sends the given bytes on a new connection and reads one answer. The request
// line and further headers are joined by \r\n.
func raw(t *testing.T, u *url.URL, lines ...string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\nHost: "+u.Host+"\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(lines[0], " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%q: %v", lines[0], err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp, string(body)}
}

// get sends a GET with the given headers, each written as "Name: value".
func get(t *testing.T, u *url.URL, path string, headers ...string) answer {
	t.Helper()
	return raw(t, u, append([]string{"GET " + path + " HTTP/1.1"}, headers...)...)
}

func wantStatus(t *testing.T, got answer, status int) {
	t.Helper()
	if got.StatusCode != status {
		t.Errorf("expected status %d, got %d: %s", status, got.StatusCode, got.body)
	}
}

func wantHeader(t *testing.T, got answer, name, value string) {
	t.Helper()
	if v := strings.Join(got.Header.Values(name), "|"); v != value {
		t.Errorf("expected header %s: %q, got %q", name, value, v)
	}
}

func wantBody(t *testing.T, got answer, body string) {
	t.Helper()
	if got.body != body {
		t.Errorf("expected body %.200q, got %.200q", body, got.body)
	}
}

// echo answers with what it received, one line for each fact.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "request=%s %s\nhost=%s\n", r.Method, r.RequestURI, r.Host)
	for name, values := range r.Header {
		fmt.Fprintf(w, "%s=%s\n", strings.ToLower(name), strings.Join(values, "|"))
	}
	fmt.Fprintf(w, "body=%s\n", body)
}
