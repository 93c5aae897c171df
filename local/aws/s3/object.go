package s3

import (
	"crypto/md5"
	"encoding/hex"
	"mime"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// An object is an object of a bucket. It is immutable once it is in the bucket.
type object struct {
	Key          string
	Size         int64
	ETag         string // without quotes
	LastModified time.Time
	Content      map[string]string // its headers, by canonical name, such as Content-Type
	Metadata     map[string]string // by lower-case name, without x-amz-meta-
	Tags         []Tag
	StorageClass string
	Checksum     checksum
	PartSizes    []int64 // of a multipart upload

	content []byte // of a bucket in memory
}

const metadataPrefix = "X-Amz-Meta-"

// maxMetadataBytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
const maxMetadataBytes = 2048

// contentHeaders are stored with an object, and sent with it.
var contentHeaders = []string{
	"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires",
}

// storageClasses are accepted and stored, without effect.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
var storageClasses = []string{
	"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR",
}

// describe reads a request's headers about an object, without content.
func (q *request) describe() (*object, error) {
	o := &object{Key: q.key, LastModified: q.now.UTC().Truncate(time.Second), StorageClass: q.header.Get("X-Amz-Storage-Class")}
	if o.StorageClass != "" && !slices.Contains(storageClasses, o.StorageClass) {
		return nil, fail(http.StatusBadRequest, "InvalidStorageClass", "The storage class you specified is not valid: the local cloud takes %s.", strings.Join(storageClasses, ", "))
	}
	if o.StorageClass == "STANDARD" {
		o.StorageClass = ""
	}
	o.Content = contentOf(q.header)
	var err error
	if o.Metadata, err = metadataOf(q.header); err != nil {
		return nil, err
	}
	o.Tags, err = parseTagging(q.header.Get("X-Amz-Tagging"))
	return o, err
}

func contentOf(h http.Header) map[string]string {
	content := map[string]string{"Content-Type": "binary/octet-stream"}
	for _, name := range contentHeaders {
		value := h.Get(name)
		if name == "Content-Encoding" {
			value = withoutChunked(value)
		}
		if value != "" {
			content[name] = value
		}
	}
	return content
}

// withoutChunked removes the transfer's encoding from the content's encodings.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
func withoutChunked(encodings string) string {
	var kept []string
	for encoding := range strings.SplitSeq(encodings, ",") {
		if encoding = strings.TrimSpace(encoding); encoding != "aws-chunked" && encoding != "" {
			kept = append(kept, encoding)
		}
	}
	return strings.Join(kept, ",")
}

func metadataOf(h http.Header) (map[string]string, error) {
	metadata, size := map[string]string{}, 0
	for name, values := range h {
		if key, found := strings.CutPrefix(name, metadataPrefix); found {
			value := strings.Join(values, ",")
			metadata[strings.ToLower(key)] = value
			size += len(key) + len(value)
		}
	}
	if size > maxMetadataBytes {
		return nil, fail(http.StatusBadRequest, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
	}
	return metadata, nil
}

// fill sets the fields that follow from the content.
func (o *object) fill(content []byte, sum checksum) {
	digest := md5.Sum(content)
	o.ETag = hex.EncodeToString(digest[:])
	o.Size = int64(len(content))
	o.Checksum = sum.withDefault(content)
}

// write adds the headers that are sent with every object.
func (o *object) write(h http.Header) {
	for name, value := range o.Content {
		h.Set(name, value)
	}
	for key, value := range o.Metadata {
		h[textproto.CanonicalMIMEHeaderKey(metadataPrefix+key)] = []string{encodeMetadata(value)}
	}
	h.Set("Etag", quote(o.ETag))
	h.Set("Last-Modified", o.LastModified.Format(http.TimeFormat))
	h.Set("Accept-Ranges", "bytes")
	h.Set("X-Amz-Server-Side-Encryption", "AES256")
	if o.StorageClass != "" {
		h.Set("X-Amz-Storage-Class", o.StorageClass)
	}
	if len(o.Tags) > 0 {
		h.Set("X-Amz-Tagging-Count", strconv.Itoa(len(o.Tags)))
	}
}

// encodeMetadata encodes a value that is not US-ASCII by RFC 2047, as S3 does.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
func encodeMetadata(value string) string {
	if strings.IndexFunc(value, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return value
	}
	return mime.BEncoding.Encode("UTF-8", value)
}

func quote(etag string) string { return `"` + etag + `"` }

// withTags returns the object with the given tags.
func (o *object) withTags(tags []Tag) *object {
	changed := *o
	changed.Tags = tags
	return &changed
}
