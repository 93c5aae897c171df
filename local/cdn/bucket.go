package cdn

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// bucket answers as S3 does for a distribution that may only read objects. It is
// the transport to its own origin: nothing leaves the process, and a path can name
// only a key of the map.
type bucket struct {
	objects  map[string]*object
	listable bool
}

// object is an Object with its metadata as S3 sends it.
type object struct {
	Object
	etag string
}

// newBucket adds to each object what S3 adds when it is stored.
func newBucket(b *Bucket, created time.Time) *bucket {
	ready := &bucket{objects: map[string]*object{}, listable: b.Listable}
	for _, o := range b.Objects {
		if o.LastModified.IsZero() {
			o.LastModified = created
		}
		if o.ContentType == "" {
			o.ContentType = "binary/octet-stream"
		}
		ready.objects[o.Key] = &object{Object: o, etag: fmt.Sprintf(`"%x"`, md5.Sum(o.Body))}
	}
	return ready
}

// RoundTrip answers r; it never fails.
func (b *bucket) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body.Close()
	}
	resp := b.answer(r)
	resp.Header.Set("Server", "AmazonS3")
	resp.Request = r
	return resp, nil
}

func (b *bucket) answer(r *http.Request) *http.Response {
	if f := methodFailure(r.Method); f != nil {
		return f.response()
	}
	key, f := objectKey(r.URL.EscapedPath())
	if f != nil {
		return f.response()
	}
	o, ok := b.objects[key]
	if !ok {
		return b.missing(key).response()
	}
	return o.serve(r)
}

// missing is S3's answer for a missing key, which it reveals only to those who may
// list the bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
func (b *bucket) missing(key string) *s3Failure {
	if b.listable && key != "" {
		return &s3Failure{status: http.StatusNotFound, Code: "NoSuchKey", Message: "The specified key does not exist.", Key: key}
	}
	return accessDenied()
}

// maxKeyBytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const maxKeyBytes = 1024

// objectKey is the key that an escaped path names: the path after its first
// slash, decoded once, in which S3 reads a plus sign as a space. Dots,
// slashes and backslashes mean nothing in a key.
func objectKey(escapedPath string) (string, *s3Failure) {
	escaped := strings.TrimPrefix(escapedPath, "/")
	key, err := url.PathUnescape(strings.ReplaceAll(escaped, "+", "%20"))
	switch {
	case err != nil, !utf8.ValidString(key):
		return "", &s3Failure{status: http.StatusBadRequest, Code: "InvalidURI", Message: "Couldn't parse the specified URI."}
	case len(key) > maxKeyBytes:
		return "", &s3Failure{status: http.StatusBadRequest, Code: "KeyTooLongError", Message: "Your key is too long",
			Size: len(key), MaxSizeAllowed: maxKeyBytes}
	}
	return key, nil
}

// serve answers a GET or HEAD for the object. http.ServeContent knows the order
// of preconditions (RFC 9110, section 13.2.2) and ranges; its refusals are
// replaced by S3's. Ranges without a byte of the object are removed first, since it
// would serve some of them, and all of an empty object:
// https://github.com/minio/minio/pull/17713 shows S3's answer to that.
func (o *object) serve(r *http.Request) *http.Response {
	asked, ranges := r.Header, parseRanges(r.Header.Get("Range"))
	r = r.Clone(r.Context())
	joinLines(r.Header, "If-Match", "If-None-Match")
	served := satisfiable(ranges, len(o.Body))
	r.Header.Set("Range", served) // an empty one is ignored
	rec := recorder{header: o.header(), status: http.StatusOK}
	http.ServeContent(&rec, r, "", o.LastModified, bytes.NewReader(o.Body))
	switch {
	case rec.status == http.StatusPreconditionFailed:
		return preconditionFailed(asked).response()
	case rec.status == http.StatusOK && ranges != nil && served == "" && o.isIfRange(asked):
		return invalidRange(asked, len(o.Body)).response()
	case rec.status == http.StatusNotModified:
		// S3 sends the date with the tag: https://github.com/jamhall/s3rver/pull/61
		rec.header.Set("Last-Modified", o.LastModified.UTC().Format(http.TimeFormat))
	}
	return rec.response()
}

// joinLines joins the lines of a list header into one, which means the same (RFC
// 9110, section 5.3): http.ServeContent reads only one.
func joinLines(h http.Header, names ...string) {
	for _, name := range names {
		if values := h[name]; len(values) > 1 {
			h[name] = []string{strings.Join(values, ", ")}
		}
	}
}

// isIfRange reports whether Range applies: there is no If-Range, or it has the
// object's tag or exact date (RFC 9110, section 13.1.5).
func (o *object) isIfRange(h http.Header) bool {
	validator := h.Get("If-Range")
	if validator == "" || validator == o.etag {
		return true
	}
	date, err := http.ParseTime(validator)
	return err == nil && date.Unix() == o.LastModified.Unix()
}

// header has what S3 sends with every object; http.ServeContent adds the rest.
func (o *object) header() http.Header {
	h := http.Header{
		"Content-Type":                 {o.ContentType},
		"Etag":                         {o.etag},
		"X-Amz-Server-Side-Encryption": {"AES256"},
	}
	if o.CacheControl != "" {
		h.Set("Cache-Control", o.CacheControl)
	}
	return h
}

// recorder buffers what http.ServeContent writes.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (rec *recorder) Header() http.Header         { return rec.header }
func (rec *recorder) WriteHeader(status int)      { rec.status = status }
func (rec *recorder) Write(b []byte) (int, error) { return rec.body.Write(b) }

func (rec *recorder) response() *http.Response {
	length := int64(-1)
	if n, err := strconv.ParseInt(rec.header.Get("Content-Length"), 10, 64); err == nil {
		length = n
	}
	return &http.Response{
		StatusCode:    rec.status,
		Header:        rec.header,
		Body:          io.NopCloser(&rec.body),
		ContentLength: length,
	}
}
