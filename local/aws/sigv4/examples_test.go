package sigv4

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// exampleVerifier has the key of AWS's examples at their time.
func exampleVerifier(id, secret string, at time.Time) Verifier {
	return Verifier{Region: "us-east-1", Now: func() time.Time { return at }, Key: func(got string) (Key, bool) { return Key{Secret: secret}, got == id }}
}

// TestExamplesOfTheDocumentation verifies the requests that AWS publishes with their
// signatures.
func TestExamplesOfTheDocumentation(t *testing.T) {
	t.Parallel()
	general := exampleVerifier("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC))
	forS3 := exampleVerifier("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC))
	const s3Scope = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="
	for _, test := range []struct {
		name     string
		verifier Verifier
		request  *http.Request
	}{
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
		{"IAM, ListUsers", general, request(t, "GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "",
			"Content-Type", "application/x-www-form-urlencoded; charset=utf-8", "X-Amz-Date", "20150830T123600Z",
			"Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, "+
				"Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")},
		// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
		{"S3, GET an object", forS3, request(t, "GET", "https://examplebucket.s3.amazonaws.com/test.txt", "",
			"Range", "bytes=0-9", "X-Amz-Content-Sha256", emptyHash, "X-Amz-Date", "20130524T000000Z",
			"Authorization", s3Scope+"host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")},
		{"S3, PUT an object", forS3, request(t, "PUT", "https://examplebucket.s3.amazonaws.com/test$file.text", "Welcome to Amazon S3.",
			"Date", "Fri, 24 May 2013 00:00:00 GMT", "X-Amz-Date", "20130524T000000Z", "X-Amz-Storage-Class", "REDUCED_REDUNDANCY",
			"X-Amz-Content-Sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
			"Authorization", s3Scope+"date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")},
		// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
		{"S3, a presigned URL", forS3, request(t, "GET", "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&"+
			"X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&"+
			"X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404", "")},
	} {
		r, body := received(t, test.request)
		if _, err := verify(test.verifier, r, body); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestChunkedExamplesOfTheDocumentation: 66,560 letters in two chunks, without and with
// a trailer.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
func TestChunkedExamplesOfTheDocumentation(t *testing.T) {
	t.Parallel()
	v := exampleVerifier("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC))
	const data = 66560
	for _, test := range []struct {
		name, payload, headers, signature, trailer string
		chunks                                     [3]string
	}{
		{"chunks", signedChunks, "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
			"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9", "\r\n",
			[3]string{"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"}},
		{"chunks and a trailer", signedChunksTrailer, "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
			"106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
			"x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
			[3]string{"b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2", "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7", "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"}},
	} {
		body := "10000;chunk-signature=" + test.chunks[0] + "\r\n" + strings.Repeat("a", 65536) + "\r\n" +
			"400;chunk-signature=" + test.chunks[1] + "\r\n" + strings.Repeat("a", 1024) + "\r\n" +
			"0;chunk-signature=" + test.chunks[2] + "\r\n" + test.trailer
		client := request(t, "PUT", "https://s3.amazonaws.com/examplebucket/chunkObject.txt", body, "X-Amz-Date", "20130524T000000Z",
			"X-Amz-Storage-Class", "REDUCED_REDUNDANCY", "Content-Encoding", "aws-chunked", "X-Amz-Decoded-Content-Length", strconv.Itoa(data), "X-Amz-Content-Sha256", test.payload,
			"Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="+test.headers+",Signature="+test.signature)
		if test.payload == signedChunksTrailer {
			client.Header.Set("X-Amz-Trailer", "x-amz-checksum-crc32c")
		}
		r, sent := received(t, client)
		got, err := verify(v, r, sent)
		if err != nil || string(got) != strings.Repeat("a", data) {
			t.Errorf("%s: %d bytes, %v", test.name, len(got), err)
		}
		if r.ContentLength != data || r.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: the request is left with %d bytes and the encoding %q", test.name, r.ContentLength, r.Header.Get("Content-Encoding"))
		}
	}
}
