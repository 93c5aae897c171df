package s3

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A request is a parsed request.
type request struct {
	s          *Service
	http       *http.Request
	query      url.Values
	header     http.Header // with those that a presigned URL has in its query
	body       []byte
	now        time.Time
	bucketName string
	bucket     *bucket // nil for the list of buckets
	key        string  // empty for a bucket
}

// parse reads what all operations have in common, and refuses what none supports.
func (s *Service) parse(r *http.Request, body []byte) (*request, operation, error) {
	q := &request{s: s, http: r, body: body, now: s.now()}
	var err error
	if q.bucketName, q.key, err = target(r); err != nil {
		return nil, operation{}, err
	}
	if q.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return nil, operation{}, invalidURI()
	}
	q.header = headers(r, q.query)
	op, err := q.operation()
	if err != nil {
		return nil, op, err
	}
	if q.scope() != "service" {
		if q.bucket = s.bucket(q.bucketName); q.bucket == nil {
			return nil, op, fail(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
		}
		q.bucket.expire(q.now)
	}
	return q, op, q.check()
}

// headers returns a request's headers, with its trailers, which the endpoint decodes, and the
// X-Amz- parameters of a presigned URL, which S3 reads as headers.
func headers(r *http.Request, query url.Values) http.Header {
	h := r.Header.Clone()
	maps.Copy(h, r.Trailer)
	for name, values := range query {
		if canonical := http.CanonicalHeaderKey(name); strings.HasPrefix(canonical, "X-Amz-") && h[canonical] == nil {
			h[canonical] = values
		}
	}
	return h
}

// knownHeaders are the X-Amz- headers that are served, or that the endpoint has read. S3
// refuses unknown ones.
var knownHeaders = map[string]bool{
	"X-Amz-Acl": true, "X-Amz-Bucket-Region": true, "X-Amz-Checksum-Algorithm": true, "X-Amz-Checksum-Mode": true,
	"X-Amz-Checksum-Type": true, "X-Amz-Copy-Source": true, "X-Amz-Copy-Source-If-Match": true,
	"X-Amz-Copy-Source-If-Modified-Since": true, "X-Amz-Copy-Source-If-None-Match": true,
	"X-Amz-Copy-Source-If-Unmodified-Since": true, "X-Amz-Copy-Source-Range": true, "X-Amz-Expected-Bucket-Owner": true,
	"X-Amz-Metadata-Directive": true, "X-Amz-Mp-Object-Size": true, "X-Amz-Optional-Object-Attributes": true,
	"X-Amz-Request-Payer": true, "X-Amz-Sdk-Checksum-Algorithm": true, "X-Amz-Server-Side-Encryption": true,
	"X-Amz-Source-Expected-Bucket-Owner": true, "X-Amz-Storage-Class": true, "X-Amz-Tagging": true,
	"X-Amz-Tagging-Directive": true, "X-Amz-Trailer": true,

	"X-Amz-Algorithm": true, "X-Amz-Content-Sha256": true, "X-Amz-Credential": true, "X-Amz-Date": true,
	"X-Amz-Decoded-Content-Length": true, "X-Amz-Expires": true, "X-Amz-Security-Token": true, "X-Amz-Signature": true,
	"X-Amz-Signedheaders": true, "X-Amz-User-Agent": true,
}

// check refuses headers whose meaning would be lost.
func (q *request) check() error {
	for _, name := range slices.Sorted(maps.Keys(q.header)) {
		isKnown := !strings.HasPrefix(name, "X-Amz-") || knownHeaders[name] || strings.HasPrefix(name, metadataPrefix) || isChecksumHeader(name)
		if !isKnown {
			return notImplemented("A header you provided implies functionality that is not implemented: %s", name)
		}
	}
	for _, name := range []string{"X-Amz-Expected-Bucket-Owner", "X-Amz-Source-Expected-Bucket-Owner"} {
		if owner := q.header.Get(name); owner != "" && owner != q.s.owner() {
			return fail(http.StatusForbidden, "AccessDenied", "Access Denied")
		}
	}
	if version := q.query.Get("versionId"); version != "" && version != nullVersion {
		return invalidVersion()
	}
	// With the ownership that buckets have by default:
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
	if acl := q.header.Get("X-Amz-Acl"); acl != "" && acl != "bucket-owner-full-control" {
		return fail(http.StatusBadRequest, "AccessControlListNotSupported", "The bucket does not allow ACLs")
	}
	if encryption := q.header.Get("X-Amz-Server-Side-Encryption"); encryption != "" && encryption != "AES256" {
		return notImplemented("The local cloud does not serve the encryption %q.", encryption)
	}
	return q.checkMD5()
}

func (s *Service) owner() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.account
}

func (q *request) checkMD5() error {
	if q.header.Get("Content-Md5") == "" {
		return nil
	}
	want, err := base64.StdEncoding.DecodeString(q.header.Get("Content-Md5"))
	if err != nil || len(want) != md5.Size {
		return fail(http.StatusBadRequest, "InvalidDigest", "The Content-MD5 you specified was invalid.")
	}
	if got := md5.Sum(q.body); !bytes.Equal(want, got[:]) {
		return fail(http.StatusBadRequest, "BadDigest", "The Content-MD5 you specified did not match what we received.")
	}
	return nil
}

// decode reads a body of XML into v. S3 accepts it with and without its namespace.
func (q *request) decode(v any) error {
	d := xml.NewDecoder(bytes.NewReader(q.body))
	if err := d.Decode(v); err != nil {
		return malformedXML()
	}
	return nil
}

// resource returns the request's target in a form for people.
func (q *request) resource() string {
	if q.key == "" {
		return q.bucketName
	}
	return q.bucketName + "/" + q.key
}
