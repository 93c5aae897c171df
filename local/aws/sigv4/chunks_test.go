package sigv4

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// chunked returns a client's PUT of data in chunks, signed by the slow reference.
func chunked(t testing.TB, payload, data, trailer string, size int) *http.Request {
	t.Helper()
	s := slow{method: "PUT", path: "/bucket/key", service: s3, payloadHash: payload, time: now.Format(timeFormat)}
	s.headers = [][2]string{{"host", "127.0.0.1:4566"}, {"x-amz-date", s.time}, {"x-amz-security-token", session}, {"x-amz-content-sha256", payload},
		{"x-amz-decoded-content-length", strconv.Itoa(len(data))}, {"content-encoding", "gzip, aws-chunked"}}
	if trailer != "" {
		name, _, _ := strings.Cut(trailer, ":")
		s.headers = append(s.headers, [2]string{"x-amz-trailer", name})
	}
	previous := s.signature()
	if payload == unsignedChunksTrailer {
		previous = ""
	}
	r := request(t, "PUT", "http://127.0.0.1:4566/bucket/key", s.slowChunks(data, previous, trailer, size))
	for _, h := range s.headers[1:] {
		r.Header.Add(h[0], h[1])
	}
	r.Header.Set("Authorization", s.authorization())
	return r
}

// TestChunks decodes bodies of many sizes, and leaves the request as if it had been sent
// plain, its other content encoding included.
func TestChunks(t *testing.T) {
	t.Parallel()
	for payload, trailer := range map[string]string{signedChunks: "", signedChunksTrailer: "x-amz-checksum-crc32:", unsignedChunksTrailer: "x-amz-checksum-crc32:"} {
		for _, length := range []int{0, 1, minChunk - 1, minChunk, minChunk + 1, 3*minChunk + 7} {
			data := strings.Repeat("ü\r\n0\r\n", length)[:length]
			withValue := trailer
			if trailer != "" {
				withValue += checksumOf("CRC32", data)
			}
			r, body := received(t, chunked(t, payload, data, withValue, minChunk))
			got, err := verify(verifier(), r, body)
			if err != nil || string(got) != data {
				t.Errorf("%s, %d bytes: got %d, %v", payload, length, len(got), err)
				continue
			}
			if r.ContentLength != int64(length) || r.Header.Get("Content-Encoding") != "gzip" || trailer != "" && r.Header.Get("X-Amz-Checksum-Crc32") != checksumOf("CRC32", data) {
				t.Errorf("%s, %d bytes: the request is left with %d bytes and %v", payload, length, r.ContentLength, r.Header)
			}
		}
	}
}

func checksumOf(algorithm, data string) string {
	return encodeChecksum(checksums[algorithm], []byte(data))
}

// TestChunkTampering changes one thing of a body in signed chunks with a trailer.
func TestChunkTampering(t *testing.T) {
	t.Parallel()
	data := strings.Repeat("a", minChunk) + strings.Repeat("b", minChunk) + "c"
	trailer := "x-amz-checksum-crc32:" + checksumOf("CRC32", data)
	swap := func(old, new string) func(string) string {
		return func(body string) string { return strings.Replace(body, old, new, 1) }
	}
	chunk := func(body string, i int) (start, end int) { // of one chunk with its head
		for ; i > 0; i-- {
			start += strings.Index(body[start:], "\r\n") + 2 + minChunk + 2
		}
		return start, start + strings.Index(body[start:], "\r\n") + 2 + minChunk + 2
	}
	const mismatch = "SignatureDoesNotMatch"
	for _, test := range []struct {
		name   string
		change func(string) string
		want   string
	}{
		{"nothing", func(body string) string { return body }, ""},
		{"a byte of the data", swap("aaaa", "aaab"), mismatch},
		{"a byte of the last chunk", swap("\r\nc\r\n", "\r\nd\r\n"), mismatch},
		{"a chunk's signature", swap("chunk-signature=", "chunk-signature=0"), mismatch},
		{"no signature of a chunk", swap(";chunk-signature=", ";other="), mismatch},
		{"two chunks swapped", func(body string) string {
			_, first := chunk(body, 0)
			_, second := chunk(body, 1)
			return body[first:second] + body[:first] + body[second:]
		}, mismatch},
		{"a chunk twice", func(body string) string { _, first := chunk(body, 0); return body[:first] + body }, mismatch},
		{"a chunk left out", func(body string) string { _, first := chunk(body, 0); return body[first:] }, mismatch},
		{"the end left out", func(body string) string { return body[:strings.LastIndex(body, "\r\n0;")+2] }, "IncompleteBody"},
		{"cut in the data", func(body string) string { return body[:minChunk] }, "IncompleteBody"},
		{"a size that is too large", swap("2000;", "ffffffff;"), "IncompleteBody"},
		{"a size below zero", swap("2000;", "-1;"), "IncompleteBody"},
		{"the checksum", swap(trailer, "x-amz-checksum-crc32:AAAAAA=="), mismatch},
		{"the trailer's signature", swap("x-amz-trailer-signature:", "x-amz-trailer-signature:0"), mismatch},
		{"no signature of the trailer", func(body string) string { return body[:strings.Index(body, "x-amz-trailer-signature")] + "\r\n" }, mismatch},
		{"no trailer", func(body string) string { return body[:strings.Index(body, "x-amz-checksum")] + "\r\n" }, "MalformedTrailerError"},
		{"another trailer", swap("x-amz-checksum-crc32:", "x-amz-meta-owner:"), "MalformedTrailerError"},
		{"a trailer twice", swap(trailer, trailer+"\r\n"+trailer), "MalformedTrailerError"},
		{"a trailer after the signature", func(body string) string { return strings.TrimSuffix(body, "\r\n") + trailer + "\r\n\r\n" }, "MalformedTrailerError"},
		{"a trailer that its signature precedes", func(body string) string {
			head, signature, _ := strings.Cut(body, trailer+"\r\n")
			return head + strings.TrimSuffix(signature, "\r\n") + trailer + "\r\n\r\n"
		}, "MalformedTrailerError"},
		{"a second body", func(body string) string { return body + "0\r\n" }, "MalformedTrailerError"},
	} {
		r, body := received(t, chunked(t, signedChunksTrailer, data, trailer, minChunk))
		if _, err := verify(verifier(), r, []byte(test.change(string(body)))); failure(err) != test.want && (test.want == "" || !strings.HasPrefix(failure(err), test.want)) {
			t.Errorf("%s: expected %q, got %q", test.name, test.want, failure(err))
		}
	}
}

// TestChunkRules: what S3 demands beyond the signatures.
func TestChunkRules(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, payload, data, trailer string
		size                         int
		change                       func(*http.Request, []byte) []byte
		want                         string
	}{
		{"a short chunk that is not the last", signedChunks, "abcdef", "", 5, nil, "InvalidChunkSizeError"},
		{"a length that is not the data's", unsignedChunksTrailer, "abc", "x-amz-checksum-crc32:" + checksumOf("CRC32", "abcd"), minChunk,
			func(_ *http.Request, body []byte) []byte {
				return []byte(strings.Replace(string(body), "3\r\nabc", "4\r\nabcd", 1))
			}, "IncompleteBody"},
		{"bytes after the end", signedChunks, "abc", "", minChunk, func(_ *http.Request, body []byte) []byte { return append(body, "more"...) }, "IncompleteBody"},
		{"an unsigned chunk changed", unsignedChunksTrailer, "abc", "x-amz-checksum-crc32:" + checksumOf("CRC32", "abc"), minChunk,
			func(_ *http.Request, body []byte) []byte {
				return []byte(strings.Replace(string(body), "abc", "abd", 1))
			}, "BadDigest: The CRC32 you specified"},
		{"a trailer that is not announced", unsignedChunksTrailer, "abc", "", minChunk, nil, "MalformedTrailerError"},
		{"a trailer that is no checksum", unsignedChunksTrailer, "abc", "x-amz-meta-owner:anna", minChunk, nil, "MalformedTrailerError"},
	} {
		r, body := received(t, chunked(t, test.payload, test.data, test.trailer, test.size))
		if test.change != nil {
			body = test.change(r, body)
		}
		if _, err := verify(verifier(), r, body); !strings.HasPrefix(failure(err), test.want) || err == nil {
			t.Errorf("%s: expected %q, got %q", test.name, test.want, failure(err))
		}
	}
}

// TestTrailingChecksums: the values are another program's, for the text "123456789".
// https://reveng.sourceforge.io/crc-catalogue/all.htm
func TestTrailingChecksums(t *testing.T) {
	t.Parallel()
	const data = "123456789"
	for name, value := range map[string]string{
		"crc32":     "y/Q5Jg==",     // cbf43926
		"crc32c":    "4waSgw==",     // e3069283
		"crc64nvme": "rosUhgp5mIg=", // ae8b14860a799888
		"md5":       "JfnnlDI7RTiF9RgfG2JNCw==",
		"sha1":      "98O8HYCOBHMq32eZZczDTKeuNEE=",
		"sha256":    "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
		"sha512":    "2eZ2LdHI6vbWGzxhkvxAjU1tXxF20MKRabwk5xw/J0rSf81YEbMT1oH35V7ALXPUmclUVba1u1A6z1dPuo/+hQ==",
	} {
		r, body := received(t, chunked(t, unsignedChunksTrailer, data, "x-amz-checksum-"+name+":"+value, minChunk))
		if _, err := verify(verifier(), r, body); err != nil {
			t.Errorf("%s: %v, want %s", name, err, checksumOf(strings.ToUpper(name), data))
		}
		r, body = received(t, chunked(t, unsignedChunksTrailer, data+"0", "x-amz-checksum-"+name+":"+value, minChunk))
		if _, err := verify(verifier(), r, body); !strings.HasPrefix(failure(err), "BadDigest") {
			t.Errorf("%s of other data: %v", name, err)
		}
	}
	for _, name := range []string{"xxhash64", "xxhash3", "xxhash128"} {
		r, body := received(t, chunked(t, unsignedChunksTrailer, data, "x-amz-checksum-"+name+":AAAA", minChunk))
		if _, err := verify(verifier(), r, body); !strings.HasPrefix(failure(err), "NotImplemented: The checksum algorithm "+strings.ToUpper(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
