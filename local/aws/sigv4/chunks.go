package sigv4

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// emptyHash is the hash of the empty string, part of a chunk's string to sign.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// minChunk is the least size of a chunk that is not the last.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
const minChunk = 8192

// chunks reads a body of the content encoding aws-chunked:
//
//	SIZE[;chunk-signature=SIGNATURE]\r\n DATA\r\n … 0[;chunk-signature=SIGNATURE]\r\n
//	[NAME:VALUE\r\n … [x-amz-trailer-signature:SIGNATURE\r\n]] \r\n
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
type chunks struct {
	rest     []byte
	signed   bool
	key      []byte
	prefix   string // of the string to sign, after its first line
	previous string // signature
	data     []byte
}

// openChunks decodes a body, and changes r as if it was sent without chunks.
func (s *Signature) openChunks(r *http.Request, payload string, body, key []byte) ([]byte, error) {
	length, err := strconv.Atoi(r.Header.Get("X-Amz-Decoded-Content-Length"))
	if err != nil || length < 0 {
		return nil, errDecodedLength.error()
	}
	c := &chunks{rest: body, signed: payload != unsignedChunksTrailer, key: key, prefix: s.time + "\n" + s.scope() + "\n", previous: s.value}
	if err := c.readAll(); err != nil {
		return nil, err
	}
	if len(c.data) != length {
		return nil, errIncompleteBody.error()
	}
	trailer := http.Header{}
	if payload != signedChunks {
		trailer, err = c.readTrailer(r.Header)
	} else if len(bytes.TrimPrefix(c.rest, crlf)) > 0 {
		err = errIncompleteBody.error()
	}
	if err != nil {
		return nil, err
	}
	for name, values := range trailer {
		if err := checkTrailingChecksum(name, values[0], c.data); err != nil {
			return nil, err
		}
		r.Header[name] = values
	}
	replaceBody(r, c.data)
	withoutChunkEncoding(r.Header)
	return c.data, nil
}

var crlf = []byte("\r\n")

// line removes a line from the rest of the body.
func (c *chunks) line() (string, error) {
	line, rest, found := bytes.Cut(c.rest, crlf)
	if !found {
		return "", errIncompleteBody.error()
	}
	c.rest = rest
	return string(line), nil
}

// readAll reads all chunks, including the empty one at the end.
func (c *chunks) readAll() error {
	c.data = make([]byte, 0, len(c.rest))
	short := false
	for {
		chunk, err := c.read()
		switch {
		case err != nil:
			return err
		case len(chunk) == 0:
			return nil
		case short:
			return errChunkSize.error()
		}
		short = len(chunk) < minChunk
		c.data = append(c.data, chunk...)
	}
}

func (c *chunks) read() ([]byte, error) {
	head, err := c.line()
	if err != nil {
		return nil, err
	}
	digits, extension, _ := strings.Cut(head, ";")
	size, err := strconv.ParseUint(digits, 16, 31)
	if err != nil || uint64(len(c.rest)) < size {
		return nil, errIncompleteBody.error()
	}
	data := c.rest[:size]
	c.rest = c.rest[size:]
	if size > 0 {
		end, found := bytes.CutPrefix(c.rest, crlf)
		if !found {
			return nil, errIncompleteBody.error()
		}
		c.rest = end
	}
	if !c.signed {
		return data, nil
	}
	signature, found := strings.CutPrefix(extension, "chunk-signature=")
	if !found {
		return nil, errChunk.error()
	}
	return data, c.verify("AWS4-HMAC-SHA256-PAYLOAD", emptyHash+"\n"+hexHash(data), signature)
}

// verify verifies the next signature of the chain.
func (c *chunks) verify(name, hashes, signature string) error {
	want := hex.EncodeToString(mac(c.key, name+"\n"+c.prefix+c.previous+"\n"+hashes))
	if !hmac.Equal([]byte(want), []byte(signature)) {
		return errChunk.error()
	}
	c.previous = want
	return nil
}

// readTrailer reads the headers after the last chunk, which x-amz-trailer announces.
func (c *chunks) readTrailer(h http.Header) (http.Header, error) {
	var announced []string
	for name := range strings.SplitSeq(h.Get("X-Amz-Trailer"), ",") {
		announced = append(announced, http.CanonicalHeaderKey(strings.TrimSpace(name)))
	}
	trailer, toSign, signature := http.Header{}, "", ""
	for len(c.rest) > 0 && !bytes.Equal(c.rest, crlf) {
		line, err := c.line()
		if err != nil {
			return nil, errTrailer.error()
		}
		name, value, found := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		key := http.CanonicalHeaderKey(name)
		switch {
		case strings.EqualFold(name, "x-amz-trailer-signature") && c.signed && signature == "":
			signature = value
		case !found || signature != "" || trailer[key] != nil || !slices.Contains(announced, key):
			return nil, errTrailer.error()
		default:
			trailer[key] = []string{value}
			toSign += strings.ToLower(name) + ":" + value + "\n"
		}
	}
	if len(trailer) != len(announced) {
		return nil, errTrailer.error()
	}
	if c.signed {
		return trailer, c.verify("AWS4-HMAC-SHA256-TRAILER", hexHash([]byte(toSign)), signature)
	}
	return trailer, nil
}

// withoutChunkEncoding removes the headers about chunks. S3 stores the other content
// encodings with an object.
func withoutChunkEncoding(h http.Header) {
	var kept []string
	for encoding := range strings.SplitSeq(strings.Join(h.Values("Content-Encoding"), ","), ",") {
		if encoding = strings.TrimSpace(encoding); encoding != "" && encoding != "aws-chunked" {
			kept = append(kept, encoding)
		}
	}
	h.Del("Content-Encoding")
	if len(kept) > 0 {
		h.Set("Content-Encoding", strings.Join(kept, ","))
	}
}
