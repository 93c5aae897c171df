package s3

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A checksum is the checksum that S3 stores with an object. Every object has one by default.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
type checksum struct {
	Algorithm string // such as "CRC32"
	Value     string // base64; of parts, with "-" and their number if Type is composite
	Type      string // fullObject or composite
}

const (
	fullObject = "FULL_OBJECT"
	composite  = "COMPOSITE"
)

// An algorithm is a kind of checksum. The checksum of several parts can be computed from
// theirs (composite), from the whole content (fullObject), or both.
type algorithm struct {
	name  string
	new   func() hash.Hash
	types []string // of several parts; the first is the default
}

// nvmePolynomial is the polynomial of CRC-64/NVME, in reversed bit order, from
// https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme
const nvmePolynomial = 0x9a6c9329ac4bc9b5

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	nvme       = crc64.MakeTable(nvmePolynomial)
)

// algorithms: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
var algorithms = []algorithm{
	{"CRC32", func() hash.Hash { return crc32.NewIEEE() }, []string{composite, fullObject}},
	{"CRC32C", func() hash.Hash { return crc32.New(castagnoli) }, []string{composite, fullObject}},
	{"CRC64NVME", func() hash.Hash { return crc64.New(nvme) }, []string{fullObject}},
	{"SHA1", sha1.New, []string{composite}},
	{"SHA256", sha256.New, []string{composite}},
}

// defaultAlgorithm is used for an object if the client chose no algorithm.
const defaultAlgorithm = "CRC64NVME"

func findAlgorithm(name string) (algorithm, bool) {
	i := slices.IndexFunc(algorithms, func(a algorithm) bool { return a.name == name })
	if i < 0 {
		return algorithm{}, false
	}
	return algorithms[i], true
}

func (a algorithm) header() string {
	return http.CanonicalHeaderKey("X-Amz-Checksum-" + a.name)
}

func (a algorithm) sum(content []byte) string {
	h := a.new()
	h.Write(content)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// combine returns the composite checksum of parts.
func (a algorithm) combine(parts []*part) string {
	h := a.new()
	for _, p := range parts {
		sum, _ := base64.StdEncoding.DecodeString(p.sum(a)) // what sum encoded
		h.Write(sum)
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts))
}

func isChecksumHeader(name string) bool {
	return slices.ContainsFunc(algorithms, func(a algorithm) bool { return a.header() == name })
}

// checksum computes the checksum that the request chose, and compares it with the client's.
// An empty algorithm means that the client chose none.
func (q *request) checksum() (checksum, error) {
	sent, value, err := q.sentChecksum()
	if err != nil || sent.name == "" {
		return checksum{}, err
	}
	got := sent.sum(q.body)
	if value != "" && value != got {
		return checksum{}, fail(http.StatusBadRequest, "BadDigest", "The %s you specified did not match the calculated checksum.", sent.name)
	}
	return checksum{Algorithm: sent.name, Value: got, Type: fullObject}, nil
}

// sentChecksum finds the checksum among the headers and trailers.
func (q *request) sentChecksum() (found algorithm, value string, err error) {
	for _, a := range algorithms {
		if q.header[a.header()] == nil {
			continue
		}
		if found.name != "" {
			return found, "", invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
		}
		found, value = a, q.header.Get(a.header())
		if raw, err := base64.StdEncoding.DecodeString(value); err != nil || len(raw) != a.new().Size() {
			return found, "", invalidRequest("Value for %s header is invalid.", strings.ToLower(a.header()))
		}
	}
	if trailer := q.header.Get("X-Amz-Trailer"); trailer != "" && !strings.EqualFold(trailer, found.header()) {
		return found, "", fail(http.StatusBadRequest, "MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to our published schema.")
	}
	chosen := q.header.Get("X-Amz-Sdk-Checksum-Algorithm")
	if chosen != "" && !strings.EqualFold(chosen, found.name) {
		return found, "", invalidRequest("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	}
	return found, value, nil
}

// withDefault returns the checksum that S3 computes if the client sent none.
func (c checksum) withDefault(content []byte) checksum {
	if c.Algorithm != "" {
		return c
	}
	a, _ := findAlgorithm(defaultAlgorithm)
	return checksum{Algorithm: a.name, Value: a.sum(content), Type: fullObject}
}

// write adds the checksum's headers to an answer.
func (c checksum) write(h http.Header) {
	if a, found := findAlgorithm(c.Algorithm); found {
		h.Set(a.header(), c.Value)
		h.Set("X-Amz-Checksum-Type", c.Type)
	}
}

// join concatenates the content of parts.
func join(parts []*part) []byte {
	contents := make([][]byte, len(parts))
	for i, p := range parts {
		contents[i] = p.content
	}
	return bytes.Join(contents, nil)
}
