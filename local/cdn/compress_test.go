package cdn_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cdn"
)

func gunzip(t *testing.T, body string) string {
	t.Helper()
	zr, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// What the viewer accepts decides first, then the object's type and size.
func TestCompression(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	for _, size := range []int{999, 1000, 10_000_000, 10_000_001} {
		cfg.Origins[0].Bucket.Objects = append(cfg.Origins[0].Bucket.Objects,
			cdn.Object{Key: fmt.Sprintf("%d.txt", size), ContentType: "text/plain", Body: []byte(strings.Repeat("a", size))})
	}
	cfg.Origins[0].Bucket.Objects = append(cfg.Origins[0].Bucket.Objects,
		cdn.Object{Key: "capitals.html", ContentType: "Text/HTML;Charset=UTF-8", Body: []byte(script)})
	u := start(t, cfg)
	tests := []struct {
		name, path, accept string
		packed             bool
		vary               string
	}{
		{"script", "/assets/app.js", "gzip", true, "Accept-Encoding"},
		{"as browsers ask", "/assets/app.js", "gzip, deflate, br, zstd", true, "Accept-Encoding"},
		{"upper case", "/assets/app.js", "GZIP", true, "Accept-Encoding"},
		{"with a weight", "/assets/app.js", "br;q=1, gzip;q=0.5", true, "Accept-Encoding"},
		{"refused by weight", "/assets/app.js", "gzip;q=0", false, "Accept-Encoding"},
		{"refused by weight, in other words", "/assets/app.js", "gzip ;\tQ=0.000", false, "Accept-Encoding"},
		{"smallest weight", "/assets/app.js", "gzip;q=0.001", true, "Accept-Encoding"},
		{"largest weight", "/assets/app.js", "gzip ; q=1.000", true, "Accept-Encoding"},
		{"refused, all else accepted", "/assets/app.js", "gzip;q=0, *", false, "Accept-Encoding"},
		{"anything", "/assets/app.js", "*", false, "Accept-Encoding"},
		{"as it is", "/assets/app.js", "identity", false, "Accept-Encoding"},
		{"Brotli first", "/assets/app.js", "br, gzip", true, "Accept-Encoding"},
		{"weight over 1", "/assets/app.js", "gzip;q=2", false, "Accept-Encoding"},
		{"weight with too many digits", "/assets/app.js", "gzip;q=0.0001", false, "Accept-Encoding"},
		{"weight of infinity", "/assets/app.js", "gzip;q=Inf", false, "Accept-Encoding"},
		{"negative weight", "/assets/app.js", "gzip;q=-1", false, "Accept-Encoding"},
		{"other parameter", "/assets/app.js", "gzip;level=9", false, "Accept-Encoding"},
		{"on two lines", "/assets/app.js", "deflate\r\nAccept-Encoding: gzip", true, "Accept-Encoding"},
		{"type with a parameter in capitals", "/capitals.html", "gzip", true, "Accept-Encoding"},
		{"invalid weight", "/assets/app.js", "gzip;q=a", false, "Accept-Encoding"},
		{"not accepted", "/assets/app.js", "deflate", false, "Accept-Encoding"},
		{"similar name", "/assets/app.js", "x-gzip", false, "Accept-Encoding"},
		{"no offer", "/assets/app.js", "", false, "Accept-Encoding"},
		{"image", "/assets/logo.png", "gzip", false, ""},
		{"999 bytes", "/999.txt", "gzip", false, ""},
		{"1000 bytes", "/1000.txt", "gzip", true, "Accept-Encoding"},
		{"10,000,000 bytes", "/10000000.txt", "gzip", true, "Accept-Encoding"},
		{"10,000,001 bytes", "/10000001.txt", "gzip", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plain := get(t, u, tt.path)
			got := get(t, u, tt.path, "Accept-Encoding: "+tt.accept)
			wantStatus(t, got, http.StatusOK)
			wantHeader(t, got, "Vary", tt.vary)
			wantHeader(t, got, "Content-Length", strconv.Itoa(len(got.body)))
			if !tt.packed {
				wantHeader(t, got, "Content-Encoding", "")
				wantHeader(t, got, "Etag", tag(plain.body))
				wantBody(t, got, plain.body)
				return
			}
			wantHeader(t, got, "Content-Encoding", "gzip")
			wantHeader(t, got, "Etag", "W/"+tag(plain.body))
			if gunzip(t, got.body) != plain.body {
				t.Error("the body does not unpack to the object")
			}
		})
	}
}

func TestCompressionWithOtherFeatures(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	weak := "W/" + tag(script)

	got := get(t, u, "/assets/app.js", "Accept-Encoding: gzip", "Range: bytes=0-5")
	wantStatus(t, got, http.StatusPartialContent)
	wantHeader(t, got, "Content-Encoding", "")
	wantBody(t, got, script[:6])

	got = get(t, u, "/assets/app.js", "Accept-Encoding: gzip", "Range: bytes=0-5", "If-Range: "+weak)
	wantStatus(t, got, http.StatusOK)
	wantHeader(t, got, "Content-Encoding", "gzip")

	got = raw(t, u, "GET /assets/app.js HTTP/1.0", "Accept-Encoding: gzip")
	wantHeader(t, got, "Content-Encoding", "")

	off := site(t, nil)
	off.Default.Compress = false
	wantHeader(t, get(t, start(t, off), "/assets/app.js", "Accept-Encoding: gzip"), "Content-Encoding", "")
}

// A 304 has the tag that the viewer sent; a HEAD has the headers of GET.
func TestAssumedCompressionOfBodiless(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	weak := "W/" + tag(script)
	for asked, vary := range map[string]string{weak: "Accept-Encoding", tag(script): ""} {
		got := get(t, u, "/assets/app.js", "Accept-Encoding: gzip", "If-None-Match: "+asked)
		wantStatus(t, got, http.StatusNotModified)
		wantHeader(t, got, "Etag", asked)
		wantHeader(t, got, "Vary", vary)
	}
	got := raw(t, u, "HEAD /assets/app.js HTTP/1.1", "Accept-Encoding: gzip")
	wantStatus(t, got, http.StatusOK)
	wantHeader(t, got, "Content-Encoding", "gzip")
	wantHeader(t, got, "Etag", weak)
	wantHeader(t, got, "Content-Length", "")
}

func TestGzipOnly(t *testing.T) {
	t.Parallel()
	got := get(t, start(t, site(t, nil)), "/assets/app.js", "Accept-Encoding: br")
	wantHeader(t, got, "Content-Encoding", "")
	wantBody(t, got, script)
}

// Answers of a custom origin are compressed under the same conditions, and
// never under CachingDisabled.
func TestCompressionOfCustomOrigin(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 2000)
	api := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		switch strings.TrimPrefix(r.URL.Path, "/api/") {
		case "chunked":
			w.(http.Flusher).Flush()
		case "packed":
			w.Header().Set("Content-Encoding", "br")
		case "weak":
			w.Header().Set("Etag", `W/"1"`)
		case "invalid":
			w.Header().Set("Etag", "1")
		case "vary":
			w.Header().Set("Vary", "Origin, accept-encoding")
		case "failing":
			w.WriteHeader(http.StatusInternalServerError)
		case "cut":
			w.Header().Set("Content-Length", "3000")
		}
		_, _ = io.WriteString(w, long)
	}
	cfg := site(t, api)
	disabled := start(t, cfg)
	cfg.Behaviors[0].Cache = cfg.Default.Cache
	u := start(t, cfg)
	tests := []struct{ path, encoding, etag, vary string }{
		{"plain", "gzip", "", "Accept-Encoding"},
		{"weak", "gzip", `W/"1"`, "Accept-Encoding"},
		{"invalid", "gzip", "", "Accept-Encoding"},
		{"vary", "gzip", "", "Origin, accept-encoding"},
		{"chunked", "", "", ""},
		{"packed", "br", "", ""},
		{"failing", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			got := get(t, u, "/api/"+tt.path, "Accept-Encoding: gzip")
			wantHeader(t, got, "Content-Encoding", tt.encoding)
			wantHeader(t, got, "Etag", tt.etag)
			wantHeader(t, got, "Vary", tt.vary)
			if tt.encoding == "gzip" && gunzip(t, got.body) != long {
				t.Error("the body does not unpack to the answer")
			}
		})
	}
	wantHeader(t, get(t, disabled, "/api/plain", "Accept-Encoding: gzip"), "Content-Encoding", "")
	cut := get(t, u, "/api/cut", "Accept-Encoding: gzip")
	wantStatus(t, cut, http.StatusBadGateway)
	wantHeader(t, cut, "Content-Encoding", "")
}
