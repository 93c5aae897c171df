package cdn

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
const (
	minCompressBytes = 1000
	maxCompressBytes = 10_000_000
)

// compressible are the content types that CloudFront compresses.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html#compressed-content-cloudfront-file-types
var compressible = strings.Fields(`
	application/dash+xml application/eot application/font application/font-sfnt application/javascript
	application/json application/opentype application/otf application/pkcs7-mime application/protobuf
	application/rss+xml application/truetype application/ttf application/vnd.apple.mpegurl
	application/vnd.ms-fontobject application/xhtml+xml application/xml application/x-font-opentype
	application/x-font-truetype application/x-font-ttf application/x-httpd-cgi application/x-javascript
	application/x-mpegurl application/x-opentype application/x-otf application/x-perl application/x-ttf
	font/eot font/opentype font/otf font/ttf image/svg+xml text/css text/csv text/html text/javascript
	text/js text/plain text/richtext text/tab-separated-values text/xml text/x-component
	text/x-java-source text/x-script vnd.apple.mpegurl`)

// compress gzips the answer's body if CloudFront would. It reads the whole body,
// of 10 MB at most. Its error means that the origin's answer is incomplete.
func compress(viewer *http.Request, resp *http.Response) error {
	accepted := acceptsGzip(viewer)
	if resp.StatusCode == http.StatusNotModified {
		if accepted {
			confirmWeakETag(viewer, resp.Header)
		}
		return nil
	}
	if !isCompressible(resp) {
		return nil
	}
	addVary(resp.Header)
	if !accepted {
		return nil
	}
	resp.Header.Set("Content-Encoding", "gzip")
	weakenETag(resp.Header)
	if viewer.Method == http.MethodHead {
		// The compressed length is unknown, since the body was not requested.
		resp.Header.Del("Content-Length")
		return nil
	}
	return gzipBody(resp)
}

// isCompressible reports whether CloudFront compresses answers of this status, type
// and size. It does not compress a range (206).
func isCompressible(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusOK, http.StatusForbidden, http.StatusNotFound:
	default:
		return false
	}
	size, err := strconv.ParseInt(resp.Header.Get("Content-Length"), 10, 64)
	if err != nil || size < minCompressBytes || size > maxCompressBytes || resp.Header.Get("Content-Encoding") != "" {
		return false
	}
	mediaType, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return err == nil && slices.Contains(compressible, mediaType)
}

// qvalue matches a weight (RFC 9110, section 12.4.2), and noWeight the weight 0.
var (
	qvalue   = regexp.MustCompile(`^(0(\.[0-9]{0,3})?|1(\.0{0,3})?)$`)
	noWeight = regexp.MustCompile(`^0(\.0*)?$`)
)

// acceptsGzip reads Accept-Encoding, which counts in HTTP/1.1 and newer only.
// The first offer of gzip decides, if its weight is valid. CloudFront looks for gzip
// and br by name, so that "*" offers neither.
func acceptsGzip(r *http.Request) bool {
	if !r.ProtoAtLeast(1, 1) {
		return false
	}
	for _, offer := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, parameter, weighted := strings.Cut(offer, ";")
		if !strings.EqualFold(strings.Trim(coding, " \t"), "gzip") {
			continue
		}
		weight, isWeight := strings.CutPrefix(strings.ToLower(strings.Trim(parameter, " \t")), "q=")
		return !weighted || isWeight && qvalue.MatchString(weight) && !noWeight.MatchString(weight)
	}
	return false
}

// gzipWriters are reused: each has about 800 KB.
var gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func gzipBody(resp *http.Response) error {
	defer resp.Body.Close()
	zw := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(zw)
	var packed bytes.Buffer
	zw.Reset(&packed)
	if _, err := io.Copy(zw, resp.Body); err != nil {
		return fmt.Errorf("reading the origin's answer: %w", err)
	}
	if err := zw.Close(); err != nil {
		return fmt.Errorf("compressing the origin's answer: %w", err)
	}
	resp.Header.Set("Content-Length", strconv.Itoa(packed.Len()))
	resp.ContentLength = int64(packed.Len())
	resp.Body = io.NopCloser(&packed)
	return nil
}

// weakenETag keeps a weak tag, weakens a strong one and drops an invalid one.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html#compressed-content-cloudfront-etag-header
func weakenETag(h http.Header) {
	etag := h.Get("Etag")
	switch {
	case strings.HasPrefix(etag, `"`):
		h.Set("Etag", "W/"+etag)
	case !strings.HasPrefix(etag, "W/"):
		h.Del("Etag")
	}
}

// confirmWeakETag gives a 304 the weak tag that the viewer sent.
func confirmWeakETag(viewer *http.Request, h http.Header) {
	if etag := h.Get("Etag"); strings.HasPrefix(etag, `"`) && strings.Contains(viewer.Header.Get("If-None-Match"), "W/"+etag) {
		h.Set("Etag", "W/"+etag)
		addVary(h)
	}
}

func addVary(h http.Header) {
	for _, v := range h.Values("Vary") {
		if strings.Contains(strings.ToLower(v), "accept-encoding") {
			return
		}
	}
	h.Add("Vary", "Accept-Encoding")
}
