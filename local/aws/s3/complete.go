package s3

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// completion is the body of CompleteMultipartUpload.
type completion struct {
	XMLName xml.Name        `xml:"CompleteMultipartUpload"`
	Parts   []completedPart `xml:"Part"`
}

type completedPart struct {
	PartNumber int
	ETag       string
	checksumElements
}

type completeResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CompleteMultipartUploadResult"`
	Location string
	Bucket   string
	Key      string
	ETag     string
	checksumElements
}

func completeUpload(q *request, w http.ResponseWriter) error {
	var wanted completion
	if err := q.decode(&wanted); err != nil {
		return err
	}
	check, err := q.writeConditions()
	if err != nil {
		return err
	}
	var u *upload
	var parts []*part
	err = q.withUpload(func(found *upload) error {
		u = found
		parts, err = u.selected(wanted.Parts)
		return err
	})
	if err != nil {
		return err
	}
	o, content := *u.object, join(parts)
	if err := q.assemble(&o, u, parts, content); err != nil {
		return err
	}
	if err := q.bucket.put(&o, content, check); err != nil {
		return err
	}
	q.bucket.mu.Lock()
	delete(q.bucket.uploads, u.id)
	q.bucket.mu.Unlock()
	w.Header().Set("X-Amz-Server-Side-Encryption", "AES256")
	writeXML(w, http.StatusOK, completeResult{Location: "http://" + q.http.Host + q.http.URL.EscapedPath(), Bucket: q.bucketName,
		Key: q.key, ETag: quote(o.ETag), checksumElements: o.Checksum.elements()})
	return nil
}

// selected returns the parts that a completion lists.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
func (u *upload) selected(wanted []completedPart) ([]*part, error) {
	if len(wanted) == 0 {
		return nil, malformedXML()
	}
	for i := range wanted[1:] {
		if wanted[i+1].PartNumber <= wanted[i].PartNumber {
			return nil, fail(http.StatusBadRequest, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.")
		}
	}
	var parts []*part
	for i, listed := range wanted {
		p := u.parts[listed.PartNumber]
		if p == nil || strings.Trim(listed.ETag, `"`) != p.etag {
			return nil, invalidPart()
		}
		if i < len(wanted)-1 && len(p.content) < minPartBytes {
			return nil, fail(http.StatusBadRequest, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
		}
		if err := u.checkPart(p, listed); err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func invalidPart() error {
	return fail(http.StatusBadRequest, "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.")
}

// checkPart compares the checksum that a completion lists with the part's. A composite
// checksum that the client chose must be listed:
// https://github.com/aws/aws-sdk-php/issues/2648
func (u *upload) checkPart(p *part, listed completedPart) error {
	value := *listed.field(u.algorithm.name)
	switch {
	case value == "" && u.chosen && u.kind == composite:
		return invalidRequest("The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.",
			strings.ToLower(u.algorithm.name), p.number)
	case value != "" && value != p.sum(u.algorithm):
		return invalidPart()
	}
	return nil
}

// assemble sets what follows from the parts, and compares it with the client's claims about
// the whole.
func (q *request) assemble(o *object, u *upload, parts []*part, content []byte) error {
	digests := md5.New()
	o.PartSizes = nil
	for _, p := range parts {
		digest, _ := hex.DecodeString(p.etag) // what newPart encoded
		digests.Write(digest)
		o.PartSizes = append(o.PartSizes, int64(len(p.content)))
	}
	o.ETag = fmt.Sprintf("%x-%d", digests.Sum(nil), len(parts))
	o.Size = int64(len(content))
	o.LastModified = u.initiated
	o.Checksum = checksum{Algorithm: u.algorithm.name, Type: u.kind}
	if u.kind == composite {
		o.Checksum.Value = u.algorithm.combine(parts)
	} else {
		o.Checksum.Value = u.algorithm.sum(content)
	}
	if size := q.header.Get("X-Amz-Mp-Object-Size"); size != "" && size != strconv.FormatInt(o.Size, 10) {
		return invalidRequest("The provided 'x-amz-mp-object-size' header value %s does not match what was computed: %d", size, o.Size)
	}
	sent := q.header.Get(u.algorithm.header())
	if sent != "" && sent != o.Checksum.Value && !strings.HasPrefix(o.Checksum.Value, sent+"-") {
		return fail(http.StatusBadRequest, "BadDigest", "The %s you specified did not match the calculated checksum.", u.algorithm.name)
	}
	return nil
}
