package s3

import (
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// maxListed: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
const maxListed = 1000

// A page is a page of a list: objects, and common prefixes of keys up to a delimiter.
type page struct {
	objects  []*object
	prefixes []string
	next     string // what the next page is after; empty for the last one
}

// list returns what follows after, which is a key or a common prefix.
func (b *bucket) list(prefix, delimiter, after string, limit int) page {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var p page
	last := ""
	i, found := slices.BinarySearch(b.keys, max(prefix, after))
	if found && b.keys[i] == after {
		i++
	}
	for i < len(b.keys) && strings.HasPrefix(b.keys[i], prefix) {
		key := b.keys[i]
		common := commonPrefix(key, prefix, delimiter)
		next := i + 1
		if common != "" {
			next += sort.Search(len(b.keys)-next, func(n int) bool { return !strings.HasPrefix(b.keys[next+n], common) })
		}
		if common == "" || common != after {
			if len(p.objects)+len(p.prefixes) == limit {
				p.next = last
				return p
			}
			if last = common; common == "" {
				p.objects, last = append(p.objects, b.objects[key]), key
			} else {
				p.prefixes = append(p.prefixes, common)
			}
		}
		i = next
	}
	return p
}

// commonPrefix returns the prefix under which a key is listed, or "".
func commonPrefix(key, prefix, delimiter string) string {
	if delimiter == "" {
		return ""
	}
	before, _, found := strings.Cut(key[len(prefix):], delimiter)
	if !found {
		return ""
	}
	return prefix + before + delimiter
}

// A listResult is the response to both versions of ListObjects.
type listResult struct {
	XMLName        xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name           string
	Prefix         string
	Delimiter      string `xml:",omitempty"`
	MaxKeys        int
	EncodingType   string `xml:",omitempty"`
	IsTruncated    bool
	Contents       []listedObject
	CommonPrefixes []listedPrefix

	// Version 1.
	Marker     *string
	NextMarker string `xml:",omitempty"`
	// Version 2.
	KeyCount              *int
	ContinuationToken     string `xml:",omitempty"`
	NextContinuationToken string `xml:",omitempty"`
	StartAfter            string `xml:",omitempty"`
}

type listedObject struct {
	Key               string
	LastModified      time.Time
	ETag              string
	ChecksumAlgorithm string
	ChecksumType      string
	Size              int64
	StorageClass      string
	Owner             *owner
}

type listedPrefix struct{ Prefix string }

type owner struct{ ID string }

func listObjects(q *request, w http.ResponseWriter) error {
	limit, err := q.limit("max-keys", maxListed)
	if err != nil {
		return err
	}
	encode, err := q.encoding()
	if err != nil {
		return err
	}
	prefix, delimiter := q.query.Get("prefix"), q.query.Get("delimiter")
	result := listResult{Name: q.bucketName, Prefix: encode(prefix), Delimiter: encode(delimiter), MaxKeys: limit,
		EncodingType: q.query.Get("encoding-type")}
	isV2 := q.query.Get("list-type") == "2"
	after := q.query.Get("marker")
	if isV2 {
		if after, err = q.after(); err != nil {
			return err
		}
	}
	var p page
	if limit > 0 {
		p = q.bucket.list(prefix, delimiter, after, limit)
	}
	result.fill(p, encode, !isV2 || q.query.Get("fetch-owner") == "true", q.s.owner())
	if isV2 {
		q.finishV2(&result, p, encode)
	} else {
		marker := encode(after)
		result.Marker = &marker
		if delimiter != "" {
			result.NextMarker = encode(p.next)
		}
	}
	writeXML(w, http.StatusOK, result)
	return nil
}

func (r *listResult) fill(p page, encode func(string) string, withOwner bool, account string) {
	r.IsTruncated = p.next != ""
	for _, o := range p.objects {
		listed := listedObject{Key: encode(o.Key), LastModified: o.LastModified, ETag: quote(o.ETag), Size: o.Size,
			StorageClass: o.storageClass(), ChecksumAlgorithm: o.Checksum.Algorithm, ChecksumType: o.Checksum.Type}
		if withOwner {
			listed.Owner = &owner{account}
		}
		r.Contents = append(r.Contents, listed)
	}
	for _, prefix := range p.prefixes {
		r.CommonPrefixes = append(r.CommonPrefixes, listedPrefix{encode(prefix)})
	}
}

func (o *object) storageClass() string {
	if o.StorageClass == "" {
		return "STANDARD"
	}
	return o.StorageClass
}

func (q *request) finishV2(r *listResult, p page, encode func(string) string) {
	count := len(p.objects) + len(p.prefixes)
	r.KeyCount = &count
	r.ContinuationToken = q.query.Get("continuation-token")
	r.StartAfter = encode(q.query.Get("start-after"))
	if p.next != "" {
		r.NextContinuationToken = base64.URLEncoding.EncodeToString([]byte(p.next))
	}
}

// after returns where a page of version 2 begins.
func (q *request) after() (string, error) {
	if !q.query.Has("continuation-token") {
		return q.query.Get("start-after"), nil
	}
	after, err := base64.URLEncoding.DecodeString(q.query.Get("continuation-token"))
	if err != nil || len(after) == 0 {
		return "", invalidArgument("The continuation token provided is incorrect")
	}
	return string(after), nil
}

// limit returns the number of entries that a client requests, at most the default.
func (q *request) limit(parameter string, standard int) (int, error) {
	text := q.query.Get(parameter)
	if text == "" {
		return standard, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0, invalidArgument("Argument %s must be an integer between 0 and 2147483647", parameter)
	}
	return min(int(n), standard), nil
}

// encoding returns the encoding of keys. SDKs request url, since XML cannot represent every
// character of a key.
func (q *request) encoding() (func(string) string, error) {
	switch q.query.Get("encoding-type") {
	case "":
		return func(s string) string { return s }, nil
	case "url":
		return func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/") }, nil
	}
	return nil, invalidArgument("Invalid Encoding Method specified in Request")
}

// bucketsResult is the answer to ListBuckets.
type bucketsResult struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyBucketsResult"`
	Owner   owner
	Buckets []listedBucket `xml:"Buckets>Bucket"`
}

type listedBucket struct {
	Name         string
	CreationDate time.Time
	BucketRegion string
}

func listBuckets(q *request, w http.ResponseWriter) error {
	result := bucketsResult{Owner: owner{q.s.owner()}}
	for _, b := range q.s.sorted() {
		result.Buckets = append(result.Buckets, listedBucket{Name: b.name, CreationDate: b.created, BucketRegion: q.s.location()})
	}
	writeXML(w, http.StatusOK, result)
	return nil
}

func (s *Service) location() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.region
}

func headBucket(q *request, w http.ResponseWriter) error {
	w.Header().Set("X-Amz-Bucket-Region", q.s.location())
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusOK)
	return nil
}

type locationResult struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
	Region  string   `xml:",chardata"`
}

// bucketLocation is empty for us-east-1.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
func bucketLocation(q *request, w http.ResponseWriter) error {
	region := q.s.location()
	if region == "us-east-1" {
		region = ""
	}
	writeXML(w, http.StatusOK, locationResult{Region: region})
	return nil
}
