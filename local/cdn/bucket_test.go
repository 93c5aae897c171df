package cdn_test

import (
	"crypto/md5"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/cdn"
)

// tag is the ETag that S3 gives a body.
func tag(body string) string { return fmt.Sprintf(`"%x"`, md5.Sum([]byte(body))) }

func TestObject(t *testing.T) {
	t.Parallel()
	got := get(t, start(t, site(t, nil)), "/config.json")
	wantStatus(t, got, http.StatusOK)
	wantBody(t, got, configJSON)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Cache-Control": "no-cache", "Etag": tag(configJSON),
		"Last-Modified": "Mon, 06 May 2024 07:08:09 GMT", "Date": "Mon, 06 May 2024 08:08:09 GMT",
		"Content-Length": "17", "Accept-Ranges": "bytes", "Server": "AmazonS3",
		"X-Amz-Server-Side-Encryption": "AES256", "X-Cache": "Miss from cloudfront", "X-Amz-Cf-Pop": "LOC50-P1",
	} {
		wantHeader(t, got, name, value)
	}
	if via := got.Header.Get("Via"); !regexp.MustCompile(`^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$`).MatchString(via) {
		t.Errorf("unexpected Via %q", via)
	}
}

// Each object keeps the cache class that it was uploaded with.
func TestCacheClasses(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	for path, want := range map[string]string{
		"/": "no-cache", "/profile": "no-cache", "/index.html": "no-cache", "/config.json": "no-cache", "/config.json?v=1": "no-cache",
		"/assets/app.js": immutable, "/digits.txt": "", "/nope.js": "", "/assets/nope.js": "",
	} {
		wantHeader(t, get(t, u, path), "Cache-Control", want)
	}
	for _, headers := range [][]string{{"If-None-Match: " + tag(configJSON)}, {"Range: bytes=0-1"}, {"Accept-Encoding: gzip"}} {
		wantHeader(t, get(t, u, "/config.json", headers...), "Cache-Control", "no-cache")
	}
}

func TestUntypedObject(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	cfg.Default.Functions.ViewerRequest = nil
	got := get(t, start(t, cfg), "/untyped")
	wantHeader(t, got, "Content-Type", "binary/octet-stream")
	wantHeader(t, got, "Last-Modified", "Mon, 06 May 2024 08:08:09 GMT")
}

func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	const before, after, at = "Mon, 06 May 2024 07:08:08 GMT", "Mon, 06 May 2024 07:08:10 GMT", "Mon, 06 May 2024 07:08:09 GMT"
	etag := tag(configJSON)
	tests := []struct {
		name      string
		headers   []string
		status    int
		condition string
	}{
		{"same tag", []string{"If-None-Match: " + etag}, 304, ""},
		{"weak tag", []string{"If-None-Match: W/" + etag}, 304, ""},
		{"one of several tags", []string{`If-None-Match: "a", ` + etag}, 304, ""},
		{"any tag", []string{"If-None-Match: *"}, 304, ""},
		{"other tag", []string{`If-None-Match: "a"`}, 200, ""},
		{"one of several weak tags", []string{`If-None-Match: W/"a" ,W/` + etag + `,"b"`}, 304, ""},
		{"tags on two lines", []string{`If-None-Match: "a"`, "If-None-Match: " + etag}, 304, ""},
		{"tag in another case", []string{"If-None-Match: " + strings.ToUpper(etag)}, 200, ""},
		{"part of the tag", []string{"If-None-Match: " + etag[:10] + `"`}, 200, ""},
		{"tag with more behind it", []string{"If-None-Match: " + etag[:33] + `a"`}, 200, ""},
		{"lower-case weak tag", []string{"If-None-Match: w/" + etag}, 200, ""},
		{"list that breaks off", []string{`If-None-Match: "a`, "X-A: " + etag}, 200, ""},
		{"same tag goes before modified", []string{"If-None-Match: " + etag, "If-Modified-Since: " + before}, 304, ""},
		{"match and same tag", []string{"If-Match: " + etag, "If-None-Match: " + etag}, 304, ""},
		{"no match goes before same tag", []string{`If-Match: "a"`, "If-None-Match: " + etag}, 412, "If-Match"},
		{"modified since goes before same tag", []string{"If-Unmodified-Since: " + before, "If-None-Match: " + etag}, 412, "If-Unmodified-Since"},
		{"any match", []string{"If-Match: *"}, 200, ""},
		{"match of several", []string{`If-Match: "a", ` + etag}, 200, ""},
		{"match on the second line", []string{`If-Match: "a"`, "If-Match: " + etag}, 200, ""},
		{"older date form", []string{"If-Modified-Since: Monday, 06-May-24 07:08:09 GMT"}, 304, ""},
		{"date in the future", []string{"If-Modified-Since: Tue, 06 May 2025 07:08:09 GMT"}, 304, ""},
		{"tag without quotes", []string{"If-None-Match: " + strings.Trim(etag, `"`)}, 200, ""},
		{"not modified", []string{"If-Modified-Since: " + at}, 304, ""},
		{"modified", []string{"If-Modified-Since: " + before}, 200, ""},
		{"time that is none", []string{"If-Modified-Since: yesterday"}, 200, ""},
		{"tag goes before time", []string{`If-None-Match: "a"`, "If-Modified-Since: " + after}, 200, ""},
		{"match", []string{"If-Match: " + etag}, 200, ""},
		{"no match", []string{`If-Match: "a"`}, 412, "If-Match"},
		{"weak match", []string{"If-Match: W/" + etag}, 412, "If-Match"},
		{"unmodified", []string{"If-Unmodified-Since: " + at}, 200, ""},
		{"modified since", []string{"If-Unmodified-Since: " + before}, 412, "If-Unmodified-Since"},
		{"match goes before time", []string{"If-Match: " + etag, "If-Unmodified-Since: " + before}, 200, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := get(t, u, "/config.json", tt.headers...)
			wantStatus(t, got, tt.status)
			switch tt.status {
			case 304:
				wantBody(t, got, "")
				wantHeader(t, got, "Etag", etag)
				wantHeader(t, got, "Last-Modified", at)
				wantHeader(t, got, "Content-Type", "")
				wantHeader(t, got, "Content-Length", "")
				wantHeader(t, got, "Cache-Control", "no-cache")
				wantHeader(t, got, "X-Cache", "Miss from cloudfront")
			case 412:
				wantXML(t, got, "<Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message><Condition>"+tt.condition+"</Condition>")
			}
		})
	}
}

// wantXML checks S3's error but for its two random IDs.
func wantXML(t *testing.T, got answer, elements string) {
	t.Helper()
	wantHeader(t, got, "Content-Type", "application/xml")
	wantHeader(t, got, "Server", "AmazonS3")
	wantHeader(t, got, "X-Cache", "Error from cloudfront")
	wantHeader(t, got, "Etag", "")
	body := regexp.MustCompile(`<RequestId>[0-9A-V]{16}</RequestId><HostId>[0-9A-Za-z+/]{75}=</HostId>`).ReplaceAllString(got.body, "IDS")
	if want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n<Error>" + elements + "IDS</Error>"; body != want {
		t.Errorf("expected body %q, got %q", want, body)
	}
}

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

// An empty object has no byte to ask for, not even from the first one on.
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

func TestMissingKey(t *testing.T) {
	t.Parallel()
	cfg := site(t, nil)
	got := get(t, start(t, cfg), "/assets/%3Cnope%3E&.js")
	wantStatus(t, got, http.StatusNotFound)
	wantXML(t, got, "<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>assets/&lt;nope&gt;&amp;.js</Key>")

	cfg.Origins[0].Bucket.Listable = false
	got = get(t, start(t, cfg), "/assets/nope.js")
	wantStatus(t, got, http.StatusForbidden)
	wantXML(t, got, "<Code>AccessDenied</Code><Message>Access Denied</Message>")
}
