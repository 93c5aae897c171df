package cdn_test

import (
	"crypto/md5"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
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
		{"invalid time", []string{"If-Modified-Since: yesterday"}, 200, ""},
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

// wantXML checks S3's error except for its two random IDs.
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
