package cdn

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
)

const digits = "0123456789"

// digitsObject is the object that the targets of this file request.
func digitsObject() *object {
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	return newBucket(&Bucket{Objects: []Object{{Key: "k", Body: []byte(digits), LastModified: at}}}, at).objects["k"]
}

// Whatever the header, the answer is the whole object, or exactly the bytes that
// Content-Range says, or a refusal; and only a valid header gets these two.
func FuzzRange(f *testing.F) {
	for _, seed := range []string{"bytes=0-1", "bytes=0-1,3-4", "bytes=0-1, -1", "bytes=-1", "bytes=-0", "bytes=0-0,-0", "bytes=1-", "bytes=10-", "bytes=5-1",
		"bytes=99999999999999999999-", "bytes=0-9223372036854775807", "x=1", ""} {
		f.Add(seed)
	}
	o := digitsObject()
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/k", nil)
		r.Header["Range"] = []string{header}
		resp := o.serve(r)
		if resp.StatusCode != http.StatusOK && parseRanges(header) == nil {
			t.Errorf("%q was answered with %d", header, resp.StatusCode)
		}
		switch resp.StatusCode {
		case http.StatusOK:
			wantBytes(t, header, resp.Body, "bytes 0-9/10")
		case http.StatusPartialContent:
			wantPartial(t, header, resp)
		case http.StatusRequestedRangeNotSatisfiable:
			if satisfiable(parseRanges(header), len(digits)) != "" {
				t.Errorf("%q was refused", header)
			}
		default:
			t.Errorf("%q was answered with %d", header, resp.StatusCode)
		}
	})
}

func wantPartial(t *testing.T, header string, resp *http.Response) {
	t.Helper()
	mediaType, parameters, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || mediaType != "multipart/byteranges" {
		wantBytes(t, header, resp.Body, resp.Header.Get("Content-Range"))
		return
	}
	parts := multipart.NewReader(resp.Body, parameters["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", header, err)
		}
		wantBytes(t, header, part, part.Header.Get("Content-Range"))
	}
}

// wantBytes compares body with the bytes that a Content-Range names.
func wantBytes(t *testing.T, header string, body io.Reader, contentRange string) {
	t.Helper()
	var first, last, size int
	if _, err := fmt.Sscanf(contentRange, "bytes %d-%d/%d", &first, &last, &size); err != nil ||
		first < 0 || first > last || last >= size || size != len(digits) {
		t.Fatalf("%q: Content-Range %q", header, contentRange)
	}
	if got, err := io.ReadAll(body); err != nil || string(got) != digits[first:last+1] {
		t.Errorf("%q: %q is not %s (%v)", header, got, contentRange, err)
	}
}

// Whatever the preconditions, the answer is the object, 304 without a body or
// 412, and each of the latter has a header that asks for it.
func FuzzPreconditions(f *testing.F) {
	o := digitsObject()
	const at = "Mon, 06 May 2024 07:08:09 GMT"
	for _, seed := range [][4]string{{"", "", "", ""}, {o.etag, "", "", ""}, {"*", "W/" + o.etag, "", ""}, {"", `"a", ` + o.etag, at, ""},
		{"", "", at, ""}, {"", "", "", at}, {`"a`, `W/"`, "x", "0"}, {"", ",*", "", "Mon, 06 May 2024 07:08:08 GMT"}} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, match, noneMatch, modified, unmodified string) {
		r := httptest.NewRequest("GET", "/k", nil)
		for name, value := range map[string]string{"If-Match": match, "If-None-Match": noneMatch,
			"If-Modified-Since": modified, "If-Unmodified-Since": unmodified} {
			if value != "" {
				r.Header[name] = []string{value}
			}
		}
		resp := o.serve(r)
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		named := strings.Contains(noneMatch, o.etag) || strings.Contains(noneMatch, "*")
		switch {
		case resp.StatusCode == http.StatusOK && string(body) == digits:
		case resp.StatusCode == http.StatusNotModified && len(body) == 0 && (named || noneMatch == "" && modified != ""):
		case resp.StatusCode == http.StatusPreconditionFailed && (match != "" || unmodified != ""):
		default:
			t.Errorf("%q was answered with %d %q", r.Header, resp.StatusCode, body)
		}
	})
}

// gzipOffer is an offer of gzip with its weight, if any.
var gzipOffer = regexp.MustCompile(`(?i)^[ \t]*gzip[ \t]*(;[ \t]*q=(0|0\.[0-9]{0,3}|1|1\.0{0,3})[ \t]*)?$`)

// The reader of Accept-Encoding agrees with a regular expression: an offer of
// gzip counts if it is one and its weight has a digit other than 0.
func FuzzAcceptEncoding(f *testing.F) {
	for _, seed := range []string{"gzip", "gzip, deflate, br", "gzip;q=0", "br;q=1, gzip ; Q=0.5", "gzip;q=0.000", "gzip;q=1.001", "*", "x-gzip", "gzip;", ";,gzip,gzip;q=0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Accept-Encoding"] = []string{header}
		want := false
		for _, offer := range strings.Split(header, ",") {
			name, _, _ := strings.Cut(offer, ";")
			if !strings.EqualFold(strings.Trim(name, " \t"), "gzip") {
				continue
			}
			weight := gzipOffer.FindStringSubmatch(offer)
			want = weight != nil && (weight[2] == "" || strings.ContainsAny(weight[2], "123456789"))
			break
		}
		if got := acceptsGzip(r); got != want {
			t.Errorf("%q: expected %v, got %v", header, want, got)
		}
	})
}
