package s3

import (
	"bytes"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An upload is an incomplete multipart upload. Its parts are in memory even if objects are
// stored. The bucket's mutex guards it.
type upload struct {
	id        string
	initiated time.Time
	object    *object // the description
	algorithm algorithm
	chosen    bool // whether the client chose the algorithm
	kind      string
	parts     map[int]*part
}

type part struct {
	number   int
	content  []byte
	etag     string
	modified time.Time
	checksum checksum // what the client sent; empty if it sent none
}

// sum returns the part's checksum in an algorithm.
func (p *part) sum(a algorithm) string {
	if p.checksum.Algorithm == a.name {
		return p.checksum.Value
	}
	return a.sum(p.content)
}

// Limits of https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const (
	maxParts     = 10_000
	minPartBytes = 5 << 20 // except for the last part
)

func partNumber(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 || n > maxParts {
		return 0, invalidArgument("Part number must be an integer between 1 and %d, inclusive", maxParts)
	}
	return int(n), nil
}

type createUploadResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ InitiateMultipartUploadResult"`
	Bucket   string
	Key      string
	UploadID string `xml:"UploadId"`
}

func createUpload(q *request, w http.ResponseWriter) error {
	o, err := q.describe()
	if err != nil {
		return err
	}
	u := &upload{id: rand.Text() + rand.Text(), initiated: q.now.UTC().Truncate(time.Second), object: o, parts: map[int]*part{}}
	if err := u.chooseChecksum(q.header); err != nil {
		return err
	}
	q.bucket.mu.Lock()
	q.bucket.uploads[u.id] = u
	q.bucket.mu.Unlock()
	w.Header().Set("X-Amz-Checksum-Algorithm", u.algorithm.name)
	w.Header().Set("X-Amz-Checksum-Type", u.kind)
	w.Header().Set("X-Amz-Server-Side-Encryption", "AES256")
	writeXML(w, http.StatusOK, createUploadResult{Bucket: q.bucketName, Key: q.key, UploadID: u.id})
	return nil
}

func (u *upload) chooseChecksum(h http.Header) error {
	name := h.Get("X-Amz-Checksum-Algorithm")
	u.chosen = name != ""
	if name == "" {
		name = defaultAlgorithm
	}
	var found bool
	if u.algorithm, found = findAlgorithm(strings.ToUpper(name)); !found {
		return invalidRequest("Checksum algorithm provided is unsupported: %q", name)
	}
	if u.kind = h.Get("X-Amz-Checksum-Type"); u.kind == "" {
		u.kind = u.algorithm.types[0]
	}
	if !slices.Contains(u.algorithm.types, u.kind) {
		return invalidRequest("The %s checksum type cannot be used with the %s checksum algorithm.", u.kind, strings.ToLower(u.algorithm.name))
	}
	return nil
}

// withUpload calls f with the upload that the request names. It holds the bucket's mutex.
func (q *request) withUpload(f func(u *upload) error) error {
	q.bucket.mu.Lock()
	defer q.bucket.mu.Unlock()
	u := q.bucket.uploads[q.query.Get("uploadId")]
	if u == nil || u.object.Key != q.key {
		return noSuchUpload()
	}
	return f(u)
}

func uploadPart(q *request, w http.ResponseWriter) error {
	number, err := partNumber(q.query.Get("partNumber"))
	if err != nil {
		return err
	}
	sum, err := q.checksum()
	if err != nil {
		return err
	}
	p := newPart(number, bytes.Clone(q.body), q.now)
	p.checksum = sum
	if err := q.withUpload(func(u *upload) error { return u.add(p) }); err != nil {
		return err
	}
	w.Header().Set("Etag", quote(p.etag))
	w.Header().Set("X-Amz-Server-Side-Encryption", "AES256")
	if a, found := findAlgorithm(sum.Algorithm); found {
		w.Header().Set(a.header(), sum.Value)
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

func newPart(number int, content []byte, now time.Time) *part {
	digest := md5.Sum(content)
	return &part{number: number, content: content, etag: hex.EncodeToString(digest[:]), modified: now.UTC().Truncate(time.Second)}
}

// add refuses a checksum of an algorithm other than the chosen one.
func (u *upload) add(p *part) error {
	sent := p.checksum.Algorithm
	if u.chosen && sent != "" && sent != u.algorithm.name {
		return invalidRequest("Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s",
			strings.ToLower(u.algorithm.name), strings.ToLower(sent))
	}
	u.parts[p.number] = p
	return nil
}

func uploadPartCopy(q *request, w http.ResponseWriter) error {
	number, err := partNumber(q.query.Get("partNumber"))
	if err != nil {
		return err
	}
	o, content, err := q.readSource()
	if err != nil {
		return err
	}
	if header := q.header.Get("X-Amz-Copy-Source-Range"); header != "" {
		first, last, isPartial, err := parseRange(header, o.Size)
		if err != nil || !isPartial || !isExact(header, last) {
			return invalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy, within the source")
		}
		content = content[first:last]
	}
	p := newPart(number, content, q.now)
	if err := q.withUpload(func(u *upload) error { return u.add(p) }); err != nil {
		return err
	}
	writeXML(w, http.StatusOK, copyResult{XMLName: xml.Name{Space: namespace, Local: "CopyPartResult"},
		LastModified: p.modified, ETag: quote(p.etag)})
	return nil
}

// isExact reports whether a range names its last byte, and the source has it.
func isExact(header string, last int64) bool {
	return strings.HasSuffix(header, fmt.Sprintf("-%d", last-1))
}

func abortUpload(q *request, w http.ResponseWriter) error {
	err := q.withUpload(func(u *upload) error {
		delete(q.bucket.uploads, u.id)
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type partsResult struct {
	XMLName              xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListPartsResult"`
	Bucket, Key          string
	UploadID             string `xml:"UploadId"`
	Initiator, Owner     owner
	StorageClass         string
	PartNumberMarker     int
	NextPartNumberMarker int `xml:",omitempty"`
	MaxParts             int
	IsTruncated          bool
	ChecksumAlgorithm    string
	ChecksumType         string
	Parts                []listedPart `xml:"Part"`
}

type listedPart struct {
	PartNumber   int
	LastModified time.Time
	ETag         string
	Size         int
	checksumElements
}

func listParts(q *request, w http.ResponseWriter) error {
	limit, err := q.limit("max-parts", maxListed)
	if err != nil {
		return err
	}
	after, err := q.limit("part-number-marker", maxParts)
	if err != nil {
		return err
	}
	if !q.query.Has("part-number-marker") {
		after = 0
	}
	account := owner{q.s.owner()}
	result := partsResult{Bucket: q.bucketName, Key: q.key, UploadID: q.query.Get("uploadId"), MaxParts: limit,
		PartNumberMarker: after, Initiator: account, Owner: account}
	err = q.withUpload(func(u *upload) error {
		result.fill(u)
		return nil
	})
	if err != nil {
		return err
	}
	writeXML(w, http.StatusOK, result)
	return nil
}

func (r *partsResult) fill(u *upload) {
	r.StorageClass = u.object.storageClass()
	r.ChecksumAlgorithm, r.ChecksumType = u.algorithm.name, u.kind
	for _, number := range slices.Sorted(maps.Keys(u.parts)) {
		if number <= r.PartNumberMarker {
			continue
		}
		if len(r.Parts) == r.MaxParts {
			r.IsTruncated = true
			return
		}
		p := u.parts[number]
		r.Parts = append(r.Parts, listedPart{PartNumber: number, LastModified: p.modified, ETag: quote(p.etag),
			Size: len(p.content), checksumElements: p.elements()})
		r.NextPartNumberMarker = number
	}
}

// elements returns the part's checksum without its type, which is the upload's.
func (p *part) elements() checksumElements {
	e := p.checksum.elements()
	e.Type = ""
	return e
}

type uploadsResult struct {
	XMLName            xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListMultipartUploadsResult"`
	Bucket             string
	KeyMarker          string
	UploadIDMarker     string `xml:"UploadIdMarker"`
	NextKeyMarker      string `xml:",omitempty"`
	NextUploadIDMarker string `xml:"NextUploadIdMarker,omitempty"`
	Prefix             string
	EncodingType       string `xml:",omitempty"`
	MaxUploads         int
	IsTruncated        bool
	Uploads            []listedUpload `xml:"Upload"`
}

type listedUpload struct {
	Key              string
	UploadID         string `xml:"UploadId"`
	Initiator, Owner owner
	StorageClass     string
	Initiated        time.Time
}

func listUploads(q *request, w http.ResponseWriter) error {
	if q.query.Get("delimiter") != "" {
		return notImplemented("The local cloud lists multipart uploads without a delimiter.")
	}
	limit, err := q.limit("max-uploads", maxListed)
	if err != nil {
		return err
	}
	encode, err := q.encoding()
	if err != nil {
		return err
	}
	result := uploadsResult{Bucket: q.bucketName, KeyMarker: encode(q.query.Get("key-marker")), UploadIDMarker: q.query.Get("upload-id-marker"),
		Prefix: encode(q.query.Get("prefix")), EncodingType: q.query.Get("encoding-type"), MaxUploads: limit}
	account := owner{q.s.owner()}
	for _, u := range q.bucket.incomplete() {
		if !strings.HasPrefix(u.object.Key, q.query.Get("prefix")) || !q.isAfterMarker(u) {
			continue
		}
		if len(result.Uploads) == limit {
			result.IsTruncated = true
			break
		}
		result.Uploads = append(result.Uploads, listedUpload{Key: encode(u.object.Key), UploadID: u.id, Initiator: account,
			Owner: account, StorageClass: u.object.storageClass(), Initiated: u.initiated})
		result.NextKeyMarker, result.NextUploadIDMarker = encode(u.object.Key), u.id
	}
	if !result.IsTruncated {
		result.NextKeyMarker, result.NextUploadIDMarker = "", ""
	}
	writeXML(w, http.StatusOK, result)
	return nil
}

// isAfterMarker: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
func (q *request) isAfterMarker(u *upload) bool {
	key, id := q.query.Get("key-marker"), q.query.Get("upload-id-marker")
	return key == "" || u.object.Key > key || u.object.Key == key && id != "" && u.id > id
}

// incomplete returns the uploads by key and ID.
func (b *bucket) incomplete() []*upload {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.SortedFunc(maps.Values(b.uploads), func(a, b *upload) int {
		return strings.Compare(a.object.Key+"\x00"+a.id, b.object.Key+"\x00"+b.id)
	})
}
