package s3

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"time"
)

func putObject(q *request, w http.ResponseWriter) error {
	o, err := q.describe()
	if err != nil {
		return err
	}
	sum, err := q.checksum()
	if err != nil {
		return err
	}
	check, err := q.writeConditions()
	if err != nil {
		return err
	}
	o.fill(q.body, sum)
	if err := q.bucket.put(o, bytes.Clone(q.body), check); err != nil {
		return err
	}
	q.writeStored(w.Header(), o)
	w.WriteHeader(http.StatusOK)
	return nil
}

func (q *request) writeStored(h http.Header, o *object) {
	h.Set("Etag", quote(o.ETag))
	h.Set("X-Amz-Server-Side-Encryption", "AES256")
	o.Checksum.write(h)
}

// writeConditions returns the conditions of a write, which are evaluated atomically with it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
func (q *request) writeConditions() (func(current *object) error, error) {
	match, none := q.header.Get("If-Match"), q.header.Get("If-None-Match")
	if none != "" && none != "*" || match != "" && none != "" {
		return nil, notImplemented("A header you provided implies functionality that is not implemented: a write takes If-None-Match: * or If-Match with an ETag")
	}
	return func(current *object) error {
		switch {
		case none != "" && current != nil:
			return preconditionFailed()
		case match != "" && current == nil:
			return noSuchKey()
		case match != "" && !matchesTag(match, current.ETag):
			return preconditionFailed()
		}
		return nil
	}, nil
}

// A copyResult is the answer to CopyObject and UploadPartCopy.
type copyResult struct {
	XMLName      xml.Name
	LastModified time.Time
	ETag         string
	checksumElements
}

// checksumElements are a checksum in XML.
type checksumElements struct {
	CRC32     string `xml:"ChecksumCRC32,omitempty"`
	CRC32C    string `xml:"ChecksumCRC32C,omitempty"`
	CRC64NVME string `xml:"ChecksumCRC64NVME,omitempty"`
	SHA1      string `xml:"ChecksumSHA1,omitempty"`
	SHA256    string `xml:"ChecksumSHA256,omitempty"`
	Type      string `xml:"ChecksumType,omitempty"`
}

func (c checksum) elements() checksumElements {
	e := checksumElements{Type: c.Type}
	if field := e.field(c.Algorithm); field != nil {
		*field = c.Value
	}
	return e
}

// field returns the element for the checksum of an algorithm, or nil.
func (e *checksumElements) field(algorithm string) *string {
	return map[string]*string{
		"CRC32": &e.CRC32, "CRC32C": &e.CRC32C, "CRC64NVME": &e.CRC64NVME, "SHA1": &e.SHA1, "SHA256": &e.SHA256,
	}[algorithm]
}

func copyObject(q *request, w http.ResponseWriter) error {
	source, content, err := q.readSource()
	if err != nil {
		return err
	}
	o, err := q.describeCopy(source)
	if err != nil {
		return err
	}
	check, err := q.writeConditions()
	if err != nil {
		return err
	}
	sum, err := q.copyChecksum(source, content)
	if err != nil {
		return err
	}
	o.fill(content, sum)
	if err := q.bucket.put(o, content, check); err != nil {
		return err
	}
	w.Header().Set("X-Amz-Server-Side-Encryption", "AES256")
	writeXML(w, http.StatusOK, copyResult{XMLName: xml.Name{Space: namespace, Local: "CopyObjectResult"},
		LastModified: o.LastModified, ETag: quote(o.ETag), checksumElements: o.Checksum.elements()})
	return nil
}

// readSource reads the object that a copy names, under the copy's conditions.
func (q *request) readSource() (*object, []byte, error) {
	from, key, err := q.source()
	if err != nil {
		return nil, nil, err
	}
	o, content, err := from.read(key)
	if err != nil {
		return nil, nil, err
	}
	if o == nil {
		return nil, nil, noSuchKey()
	}
	isModified, err := readConditions(q.header, "X-Amz-Copy-Source-", o)
	if err == nil && !isModified {
		err = preconditionFailed()
	}
	return o, content, err
}

// describeCopy takes metadata and tags from the source or, with the directive
// REPLACE, from the request.
func (q *request) describeCopy(source *object) (*object, error) {
	metadata, tagging := q.header.Get("X-Amz-Metadata-Directive"), q.header.Get("X-Amz-Tagging-Directive")
	for _, directive := range []string{metadata, tagging} {
		if directive != "" && directive != "COPY" && directive != "REPLACE" {
			return nil, invalidArgument("Unknown directive %q: expected COPY or REPLACE", directive)
		}
	}
	described, err := q.describe()
	if err != nil {
		return nil, err
	}
	name, key, _ := copySource(q.header.Get("X-Amz-Copy-Source")) // read before
	if name == q.bucketName && key == q.key && metadata != "REPLACE" && described.StorageClass == source.StorageClass {
		return nil, invalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	if metadata != "REPLACE" {
		described.Content, described.Metadata = source.Content, source.Metadata
	}
	if tagging != "REPLACE" {
		described.Tags = source.Tags
	}
	return described, nil
}

// copyChecksum uses the algorithm that the request specifies, or the source's. The copy of an
// object that was uploaded in parts has no parts.
func (q *request) copyChecksum(source *object, content []byte) (checksum, error) {
	name := q.header.Get("X-Amz-Checksum-Algorithm")
	if name == "" && source.Checksum.Type == fullObject {
		return source.Checksum, nil
	}
	if name == "" {
		name = source.Checksum.Algorithm
	}
	a, found := findAlgorithm(name)
	if !found {
		return checksum{}, invalidRequest("Checksum algorithm provided is unsupported: %q", name)
	}
	return checksum{Algorithm: a.name, Value: a.sum(content), Type: fullObject}, nil
}
