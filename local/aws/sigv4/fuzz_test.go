package sigv4

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// FuzzVerify: whatever a request says, a refusal has a status, a code and a message, and
// nothing is verified but the seeds, since the secret is in none of them.
func FuzzVerify(f *testing.F) {
	signed := signedRequest(f, s3, "body")
	f.Add(signed.Method, "/bucket/key", "list-type=2", signed.Header.Get("Authorization"), signed.Header.Get("X-Amz-Date"), signed.Header.Get(contentSHA256Parameter), session, "body")
	presigned := sdkPresign(f, request(f, "GET", "http://127.0.0.1:4566/bucket/key?X-Amz-Expires=9", ""), unsigned, s3, now)
	f.Add("GET", "/bucket/key", presigned.URL.RawQuery, "", "", "", "", "")
	f.Add("GET", "/", "a=%zz;b", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=;,Signature==", "20261129T180000Z", signedChunks, "", "5\r\nhello\r\n")
	f.Fuzz(func(t *testing.T, method, path, query, authorization, date, hash, token, body string) {
		r := &http.Request{Method: method, Host: "127.0.0.1:4566", Header: http.Header{}, URL: &url.URL{Path: path, RawQuery: query}, ContentLength: int64(len(body))}
		for name, value := range map[string]string{"Authorization": authorization, "X-Amz-Date": date, contentSHA256Parameter: hash, "X-Amz-Security-Token": token} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		_, err := verify(verifier(), r, []byte(body))
		if err == nil {
			if path != "/bucket/key" || method != "POST" && method != "GET" {
				t.Fatalf("verified %s %s %q", method, path, query)
			}
			return
		}
		e := new(Error)
		if !errors.As(err, &e) || e.Status < 400 || e.Code == "" || e.Message == "" || strings.Contains(e.Message, "%!") {
			t.Fatalf("the refusal %#v", err)
		}
	})
}

// FuzzChunks compares the decoder of unsigned chunks with one that splits texts, for
// bodies that both can read.
func FuzzChunks(f *testing.F) {
	f.Add([]byte("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n"))
	f.Add([]byte("0\r\n\r\n"))
	f.Add([]byte("2000;x=y\r\n" + strings.Repeat("a", 8192) + "\r\n1\r\nb\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := &chunks{rest: bytes.Clone(body)}
		if c.readAll() != nil {
			return
		}
		want, rest := "", string(body)
		for {
			head, tail, _ := strings.Cut(rest, "\r\n")
			size, err := strconv.ParseInt(strings.SplitN(head, ";", 2)[0], 16, 64)
			if err != nil {
				t.Fatalf("%q: the decoder took the size %q", body, head)
			}
			if size == 0 {
				rest = tail
				break
			}
			want, rest = want+tail[:size], strings.TrimPrefix(tail[size:], "\r\n")
		}
		if string(c.data) != want || string(c.rest) != rest {
			t.Fatalf("%q: expected %q and %q, got %q and %q", body, want, rest, c.data, c.rest)
		}
	})
}

// BenchmarkVerify is the signature of one request, without reading it.
func BenchmarkVerify(b *testing.B) {
	for name, test := range map[string]struct{ service, body string }{
		"dynamodb, 200 bytes": {"dynamodb", strings.Repeat("x", 200)},
		"s3, 1 MiB":           {s3, strings.Repeat("x", 1<<20)},
	} {
		b.Run(name, func(b *testing.B) {
			r, body := received(b, signedRequest(b, test.service, test.body))
			v := verifier()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := verify(v, r, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestEmptyHash(t *testing.T) {
	t.Parallel()
	if got := hexHash(nil); got != emptyHash {
		t.Errorf("expected %s, got %s", got, emptyHash)
	}
}
