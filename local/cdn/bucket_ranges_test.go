package cdn_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cdn"
)

func TestRanges(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	etag := tag("0123456789")
	tests := []struct {
		name    string
		headers []string
		status  int
		content string // Content-Range
		body    string
	}{
		{"first bytes", []string{"Range: bytes=0-2"}, 206, "bytes 0-2/10", "012"},
		{"to the end", []string{"Range: bytes=7-"}, 206, "bytes 7-9/10", "789"},
		{"last bytes", []string{"Range: bytes=-3"}, 206, "bytes 7-9/10", "789"},
		{"past the end", []string{"Range: bytes=8-100"}, 206, "bytes 8-9/10", "89"},
		{"more last bytes than there are", []string{"Range: bytes=-100"}, 206, "bytes 0-9/10", "0123456789"},
		{"not ascending", []string{"Range: bytes=5-6,0-1"}, 200, "", "0123456789"},
		{"overlapping", []string{"Range: bytes=0-5,5-6"}, 200, "", "0123456789"},
		{"negative", []string{"Range: bytes=--1"}, 200, "", "0123456789"},
		{"backwards", []string{"Range: bytes=5-1"}, 200, "", "0123456789"},
		{"words", []string{"Range: bytes=a-b"}, 200, "", "0123456789"},
		{"signed", []string{"Range: bytes=+1-2"}, 200, "", "0123456789"},
		{"empty", []string{"Range: bytes="}, 200, "", "0123456789"},
		{"lone dash", []string{"Range: bytes=-"}, 200, "", "0123456789"},
		{"other unit", []string{"Range: lines=0-1"}, 200, "", "0123456789"},
		{"number over 64 bits", []string{"Range: bytes=99999999999999999999-"}, 200, "", "0123456789"},
		{"same tag", []string{"Range: bytes=0-2", "If-Range: " + etag}, 206, "bytes 0-2/10", "012"},
		{"other tag", []string{"Range: bytes=0-2", `If-Range: "a"`}, 200, "", "0123456789"},
		{"weak tag", []string{"Range: bytes=0-2", "If-Range: W/" + etag}, 200, "", "0123456789"},
		{"one byte", []string{"Range: bytes=9-9"}, 206, "bytes 9-9/10", "9"},
		{"all bytes", []string{"Range: bytes=0-"}, 206, "bytes 0-9/10", "0123456789"},
		{"leading zeros", []string{"Range: bytes=000-0002"}, 206, "bytes 0-2/10", "012"},
		{"one of two that is no empty one", []string{"Range: bytes=0-1,-0"}, 206, "bytes 0-1/10", "01"},
		{"one of two that there is", []string{"Range: bytes=0-1,10-20"}, 206, "bytes 0-1/10", "01"},
		{"space before the dash", []string{"Range: bytes=0 -1"}, 200, "", "0123456789"},
		{"unit in upper case", []string{"Range: BYTES=0-1"}, 200, "", "0123456789"},
		{"same date", []string{"Range: bytes=0-2", "If-Range: Mon, 06 May 2024 07:08:09 GMT"}, 206, "bytes 0-2/10", "012"},
		{"later date", []string{"Range: bytes=0-2", "If-Range: Mon, 06 May 2024 07:08:10 GMT"}, 200, "", "0123456789"},
		{"any tag", []string{"Range: bytes=0-2", "If-Range: *"}, 200, "", "0123456789"},
		{"two tags", []string{"Range: bytes=0-2", `If-Range: "a", ` + etag}, 200, "", "0123456789"},
		{"no such range of another tag", []string{"Range: bytes=10-", `If-Range: "a"`}, 200, "", "0123456789"},
		{"failed precondition goes before range", []string{"Range: bytes=10-", `If-Match: "a"`}, 412, "", "*"},
		{"not modified goes before no such range", []string{"Range: bytes=10-", "If-None-Match: " + etag}, 304, "", ""},
		{"not modified goes before range", []string{"Range: bytes=0-2", "If-None-Match: " + etag}, 304, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := get(t, u, "/digits.txt", tt.headers...)
			wantStatus(t, got, tt.status)
			wantHeader(t, got, "Content-Range", tt.content)
			if tt.body != "*" {
				wantBody(t, got, tt.body)
			}
			if tt.body != "*" && tt.body != "" {
				wantHeader(t, got, "Accept-Ranges", "bytes")
				wantHeader(t, got, "Content-Length", strconv.Itoa(len(tt.body)))
			}
		})
	}
}

// An empty object has no byte to request, not even from the first one on.
func TestUnsatisfiableRange(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Origins[0].Bucket.Objects = append(cfg.Origins[0].Bucket.Objects, cdn.Object{Key: "empty.txt", LastModified: written})
	u := start(t, cfg)
	etag := tag("0123456789")
	tests := []struct{ path, header, size string }{
		{"/digits.txt", "bytes=10-20", "10"},
		{"/digits.txt", "bytes=10-", "10"},
		{"/digits.txt", "bytes=-0", "10"},
		{"/digits.txt", "bytes=10-11,20-21", "10"},
		{"/digits.txt", "bytes=10-11,-0", "10"},
		{"/digits.txt", "bytes=10-\r\nIf-Range: " + etag, "10"},
		{"/empty.txt", "bytes=0-", "0"},
		{"/empty.txt", "bytes=0-0", "0"},
		{"/empty.txt", "bytes=0-0\r\nAccept-Encoding: gzip", "0"},
	}
	for _, tt := range tests {
		t.Run(tt.path+" "+tt.header, func(t *testing.T) {
			t.Parallel()
			got := get(t, u, tt.path, "Range: "+tt.header)
			wantStatus(t, got, http.StatusRequestedRangeNotSatisfiable)
			header, _, _ := strings.Cut(tt.header, "\r\n")
			wantXML(t, got, "<Code>InvalidRange</Code><Message>The requested range is not satisfiable</Message>"+
				"<RangeRequested>"+header+"</RangeRequested><ActualObjectSize>"+tt.size+"</ActualObjectSize>")
		})
	}
	whole := get(t, u, "/empty.txt")
	wantStatus(t, whole, http.StatusOK)
	wantHeader(t, whole, "Content-Length", "0")
}

// S3 has been seen to accept such a range too.
func TestAssumedLastBytesOfEmptyObject(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Origins[0].Bucket.Objects = append(cfg.Origins[0].Bucket.Objects, cdn.Object{Key: "empty.txt"})
	wantStatus(t, get(t, start(t, cfg), "/empty.txt", "Range: bytes=-1"), http.StatusRequestedRangeNotSatisfiable)
}

func TestAssumedMultipleRanges(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	got := get(t, u, "/digits.txt", "Range: bytes=0-1, 8-9")
	wantStatus(t, got, http.StatusPartialContent)
	if ct := got.Header.Get("Content-Type"); !strings.HasPrefix(ct, "multipart/byteranges; boundary=") ||
		!strings.Contains(got.body, "Content-Range: bytes 0-1/10\r\n") || !strings.Contains(got.body, "Content-Range: bytes 8-9/10\r\n") {
		t.Errorf("expected two parts, got %q %q", ct, got.body)
	}
	many := make([]string, 33)
	for i := range many {
		many[i] = fmt.Sprintf("%d-%d", 2*i, 2*i)
	}
	wantStatus(t, get(t, u, "/assets/app.js", "Range: bytes="+strings.Join(many, ",")), http.StatusOK)
}
