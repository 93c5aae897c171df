package s3_test

import (
	"bytes"
	"encoding/base64"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"api-auth-jwt-auth0/local/aws/s3"
)

func TestObject(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, s3.Options{Now: newClock().Now}, config()))
	in := &client.PutObjectInput{
		Bucket: sdk.String(bucket), Key: sdk.String("2026/a.pdf"), Body: strings.NewReader("content"),
		ContentType: sdk.String("application/pdf"), CacheControl: sdk.String("no-cache"), ContentEncoding: sdk.String("identity"),
		ContentDisposition: sdk.String("attachment"), ContentLanguage: sdk.String("de"),
		Metadata: map[string]string{"customer": "42", "note": "two words"}, Tagging: sdk.String("team=a&kind=b%20c"),
	}
	out, err := c.PutObject(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	const etag = `"9a0364b9e99bb480dd25e1f0284c8555"` // md5 of "content"
	if sdk.ToString(out.ETag) != etag || out.ChecksumType != types.ChecksumTypeFullObject {
		t.Errorf("expected ETag %s and a checksum, got %s %s", etag, *out.ETag, out.ChecksumType)
	}
	got, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: in.Bucket, Key: in.Key})
	if err != nil {
		t.Fatal(err)
	}
	if text := readAll(t, got.Body); text != "content" {
		t.Errorf("got %q", text)
	}
	if *got.ContentType != "application/pdf" || *got.CacheControl != "no-cache" || *got.ContentDisposition != "attachment" ||
		*got.ContentLanguage != "de" || *got.ContentEncoding != "identity" || !maps.Equal(got.Metadata, in.Metadata) ||
		*got.TagCount != 2 || *got.ETag != etag || !got.LastModified.Equal(newClock().now) {
		t.Errorf("got %+v", got)
	}
	head, err := c.HeadObject(t.Context(), &client.HeadObjectInput{Bucket: in.Bucket, Key: in.Key})
	if err != nil || *head.ContentLength != 7 || *head.ETag != etag || head.ServerSideEncryption != types.ServerSideEncryptionAes256 {
		t.Errorf("head: %+v %v", head, err)
	}
	for range 2 { // deleting what is missing is no error
		if _, err := c.DeleteObject(t.Context(), &client.DeleteObjectInput{Bucket: in.Bucket, Key: in.Key}); err != nil {
			t.Error(err)
		}
	}
	_, err = c.GetObject(t.Context(), &client.GetObjectInput{Bucket: in.Bucket, Key: in.Key})
	if code(err) != "NoSuchKey" {
		t.Errorf("expected NoSuchKey, got %v", err)
	}
	_, err = c.HeadObject(t.Context(), &client.HeadObjectInput{Bucket: in.Bucket, Key: in.Key})
	if code(err) != "NotFound" {
		t.Errorf("expected NotFound, got %v", err)
	}
}

func TestMetadataBeyondASCII(t *testing.T) {
	t.Parallel()
	_, url := newClient(t, newService(t, s3.Options{}, config()))
	send(t, "PUT", url+"/"+bucket+"/a", "", "X-Amz-Meta-Name: Müller")
	_, h, _ := send(t, "HEAD", url+"/"+bucket+"/a", "")
	if got := h.Get("X-Amz-Meta-Name"); got != "=?UTF-8?b?TcO8bGxlcg==?=" {
		t.Errorf("got %q", got)
	}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, s3.Options{}, config()))
	put(t, c, "digits", "0123456789")
	put(t, c, "empty", "")
	for _, tt := range []struct{ key, header, want, contentRange, code string }{
		{"digits", "bytes=0-0", "0", "bytes 0-0/10", ""},
		{"digits", "bytes=2-4", "234", "bytes 2-4/10", ""},
		{"digits", "bytes=7-", "789", "bytes 7-9/10", ""},
		{"digits", "bytes=7-99", "789", "bytes 7-9/10", ""},
		{"digits", "bytes=-3", "789", "bytes 7-9/10", ""},
		{"digits", "bytes=-99", "0123456789", "bytes 0-9/10", ""},
		{"digits", "bytes=10-", "", "", "InvalidRange"},
		{"digits", "bytes=99999999999999999999-", "", "", "InvalidRange"},
		{"digits", "bytes=-0", "", "", "InvalidRange"},
		{"digits", "bytes=4-2", "0123456789", "", ""},
		{"digits", "bytes=0-1,3-4", "0123456789", "", ""},
		{"digits", "lines=0-1", "0123456789", "", ""},
		{"digits", "bytes=a-b", "0123456789", "", ""},
		{"empty", "bytes=0-", "", "", "InvalidRange"},
		{"empty", "bytes=-1", "", "", "InvalidRange"},
	} {
		out, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: &tt.key, Range: &tt.header})
		if code(err) != tt.code {
			t.Errorf("%s of %s: expected %q, got %v", tt.header, tt.key, tt.code, err)
		}
		if err != nil {
			continue
		}
		if got := readAll(t, out.Body); got != tt.want || sdk.ToString(out.ContentRange) != tt.contentRange {
			t.Errorf("%s of %s: got %q, %q", tt.header, tt.key, got, sdk.ToString(out.ContentRange))
		}
	}
}

func TestReadConditions(t *testing.T) {
	t.Parallel()
	clock := newClock()
	c, url := newClient(t, newService(t, s3.Options{Now: clock.Now}, config()))
	etag := *put(t, c, "a", "content").ETag
	at, before, after := clock.now.Format(http.TimeFormat), clock.now.Add(-time.Hour).Format(http.TimeFormat), clock.now.Add(time.Hour).Format(http.TimeFormat)
	for _, tt := range []struct {
		name    string
		headers []string
		status  int
		failed  string // the condition
	}{
		{"match", []string{"If-Match: " + etag}, 200, ""},
		{"match without quotes", []string{"If-Match: " + strings.Trim(etag, `"`)}, 200, ""},
		{"match any", []string{"If-Match: *"}, 200, ""},
		{"match one of several", []string{`If-Match: "x", ` + etag}, 200, ""},
		{"no match", []string{`If-Match: "x"`}, 412, "If-Match"},
		{"none match", []string{"If-None-Match: " + etag}, 304, ""},
		{"none match other", []string{`If-None-Match: "x"`}, 200, ""},
		{"modified since", []string{"If-Modified-Since: " + before}, 200, ""},
		{"not modified since", []string{"If-Modified-Since: " + at}, 304, ""},
		{"unmodified since", []string{"If-Unmodified-Since: " + after}, 200, ""},
		{"modified after all", []string{"If-Unmodified-Since: " + before}, 412, "If-Unmodified-Since"},
		{"match wins over unmodified", []string{"If-Match: " + etag, "If-Unmodified-Since: " + before}, 200, ""},
		{"none match wins over modified", []string{"If-None-Match: " + etag, "If-Modified-Since: " + before}, 304, ""},
		{"unreadable dates are ignored", []string{"If-Unmodified-Since: yesterday", "If-Modified-Since: tomorrow"}, 200, ""},
	} {
		status, h, body := send(t, "GET", url+"/"+bucket+"/a", "", tt.headers...)
		if status != tt.status || element(body, "Condition") != tt.failed {
			t.Errorf("%s: expected %d %q, got %d %s", tt.name, tt.status, tt.failed, status, body)
		}
		if status == 304 && (h.Get("Etag") != etag || body != "") {
			t.Errorf("%s: expected only the ETag, got %v %q", tt.name, h, body)
		}
	}
}

func TestWriteConditions(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, s3.Options{}, config()))
	etag := put(t, c, "there", "content").ETag
	for _, tt := range []struct {
		name, key   string
		match, none *string
		code        string
	}{
		{"new", "new", nil, sdk.String("*"), ""},
		{"not new", "there", nil, sdk.String("*"), "PreconditionFailed"},
		{"none of a tag", "there", nil, sdk.String(`"x"`), "NotImplemented"},
		{"other tag", "there", sdk.String(`"x"`), nil, "PreconditionFailed"},
		{"same tag", "there", etag, nil, ""},
		{"missing", "missing", etag, nil, "NoSuchKey"},
	} {
		_, err := c.PutObject(t.Context(), &client.PutObjectInput{Bucket: sdk.String(bucket), Key: &tt.key, IfMatch: tt.match, IfNoneMatch: tt.none, Body: strings.NewReader(tt.name)})
		if code(err) != tt.code {
			t.Errorf("%s: expected %q, got %v", tt.name, tt.code, err)
		}
	}
	if got := get(t, c, "there"); got != "same tag" {
		t.Errorf("got %q", got)
	}
	_, err := c.DeleteObject(t.Context(), &client.DeleteObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("there"), IfMatch: etag})
	if code(err) != "PreconditionFailed" {
		t.Errorf("delete: expected PreconditionFailed, got %v", err)
	}
}

func TestAssumedConditionalDeletionOfMissing(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, s3.Options{}, config()))
	_, err := c.DeleteObject(t.Context(), &client.DeleteObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("missing"), IfMatch: sdk.String("*")})
	if code(err) != "NoSuchKey" {
		t.Errorf("expected NoSuchKey, got %v", err)
	}
}

// Of many writers of a new key one wins.
func TestConcurrentConditionalWrites(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"memory": "", "folder": t.TempDir()} {
		c, _ := newClient(t, newService(t, s3.Options{Dir: dir}, config()))
		const writers = 16
		codes := make(chan string, writers)
		for range writers {
			go func() {
				_, err := c.PutObject(t.Context(), &client.PutObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("lock"), IfNoneMatch: sdk.String("*")})
				codes <- code(err)
			}()
		}
		count := map[string]int{}
		for range writers {
			count[<-codes]++
		}
		if count[""] != 1 || count["PreconditionFailed"] != writers-1 {
			t.Errorf("%s: got %v", name, count)
		}
	}
}

func TestResponseOverrides(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, s3.Options{}, config()))
	put(t, c, "a", "content")
	out, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("a"),
		ResponseContentType: sdk.String("text/plain"), ResponseContentDisposition: sdk.String(`attachment; filename="b.txt"`)})
	if err != nil || *out.ContentType != "text/plain" || *out.ContentDisposition != `attachment; filename="b.txt"` {
		t.Errorf("got %+v, %v", out, err)
	}
}

// The SDK computes the checksums, and verifies those of the answers.
func TestChecksums(t *testing.T) {
	t.Parallel()
	c, url := newClient(t, newService(t, s3.Options{}, config()))
	for _, algorithm := range []types.ChecksumAlgorithm{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
		key := string(algorithm)
		_, err := c.PutObject(t.Context(), &client.PutObjectInput{Bucket: sdk.String(bucket), Key: &key, ChecksumAlgorithm: algorithm, Body: strings.NewReader("content")})
		if err != nil {
			t.Errorf("%s: %v", algorithm, err)
			continue
		}
		out, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: &key, ChecksumMode: types.ChecksumModeEnabled})
		if err != nil || readAll(t, out.Body) != "content" || out.ChecksumType != types.ChecksumTypeFullObject {
			t.Errorf("%s: %+v %v", algorithm, out, err)
		}
	}
	// A client that sends no checksum gets the default one.
	send(t, "PUT", url+"/"+bucket+"/plain", "content")
	out, err := c.HeadObject(t.Context(), &client.HeadObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("plain"), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil || sdk.ToString(out.ChecksumCRC64NVME) == "" {
		t.Errorf("got %+v, %v", out, err)
	}
}

// The check value of the catalog: https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme
func TestNVMeCheckValue(t *testing.T) {
	t.Parallel()
	_, url := newClient(t, newService(t, s3.Options{}, config()))
	_, h, _ := send(t, "PUT", url+"/"+bucket+"/a", "123456789")
	want := base64.StdEncoding.EncodeToString([]byte{0xae, 0x8b, 0x14, 0x86, 0x0a, 0x79, 0x98, 0x88})
	if got := h.Get("X-Amz-Checksum-Crc64nvme"); got != want {
		t.Errorf("expected %s, got %s", want, got)
	}
}

// A body that cannot be rewound is sent in chunks with a trailer.
func TestTrailer(t *testing.T) {
	t.Parallel()
	c, url := newClient(t, newService(t, s3.Options{}, config()))
	sum := crc32.ChecksumIEEE([]byte("content"))
	good := base64.StdEncoding.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
	for _, tt := range []struct{ name, trailer, code string }{
		{"right", "x-amz-checksum-crc32:" + good, ""},
		{"wrong", "x-amz-checksum-crc32:AAAAAA==", "BadDigest"},
		{"missing", "", "MalformedTrailerError"},
		{"other", "x-amz-checksum-crc32c:AAAAAA==", "MalformedTrailerError"},
	} {
		_, _, body := send(t, "PUT", url+"/"+bucket+"/a", "7\r\ncontent\r\n0\r\n"+tt.trailer+"\r\n\r\n",
			"X-Amz-Content-Sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER", "X-Amz-Trailer: x-amz-checksum-crc32", "Content-Encoding: aws-chunked")
		if got := element(body, "Code"); got != tt.code {
			t.Errorf("%s: expected %q, got %q", tt.name, tt.code, body)
		}
	}
	out, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("a")})
	if err != nil || readAll(t, out.Body) != "content" || out.ContentEncoding != nil {
		t.Errorf("got %+v, %v", out, err)
	}
}

func TestIntegrity(t *testing.T) {
	t.Parallel()
	_, url := newClient(t, newService(t, s3.Options{}, config()))
	for _, tt := range []struct {
		name    string
		headers []string
		code    string
	}{
		{"MD5", []string{"Content-Md5: mgNkuembtIDdJeHwKEyFVQ=="}, ""},
		{"wrong MD5", []string{"Content-Md5: AAAAAAAAAAAAAAAAAAAAAA=="}, "BadDigest"},
		{"no MD5", []string{"Content-Md5: AAAA"}, "InvalidDigest"},
		{"wrong checksum", []string{"X-Amz-Checksum-Sha1: AAAAAAAAAAAAAAAAAAAAAAAAAAA="}, "BadDigest"},
		{"short checksum", []string{"X-Amz-Checksum-Crc32: AAAA"}, "InvalidRequest"},
		{"two checksums", []string{"X-Amz-Checksum-Crc32: AAAAAA==", "X-Amz-Checksum-Crc32c: AAAAAA=="}, "InvalidRequest"},
		{"announced only", []string{"X-Amz-Sdk-Checksum-Algorithm: CRC32"}, "InvalidRequest"},
		{"unknown checksum", []string{"X-Amz-Checksum-Xxhash64: AAAAAA=="}, "NotImplemented"},
	} {
		_, _, body := send(t, "PUT", url+"/"+bucket+"/a", "content", tt.headers...)
		if got := element(body, "Code"); got != tt.code {
			t.Errorf("%s: expected %q, got %q", tt.name, tt.code, body)
		}
	}
}

func TestTagging(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"memory": "", "folder": t.TempDir()} {
		c, _ := newClient(t, newService(t, s3.Options{Dir: dir}, config()))
		key := sdk.String("a")
		etag := *put(t, c, "a", "content").ETag
		set := &types.Tagging{TagSet: []types.Tag{{Key: sdk.String("team"), Value: sdk.String("a & b")}}}
		if _, err := c.PutObjectTagging(t.Context(), &client.PutObjectTaggingInput{Bucket: sdk.String(bucket), Key: key, Tagging: set}); err != nil {
			t.Fatal(err)
		}
		out, err := c.GetObjectTagging(t.Context(), &client.GetObjectTaggingInput{Bucket: sdk.String(bucket), Key: key})
		if err != nil || len(out.TagSet) != 1 || *out.TagSet[0].Value != "a & b" {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
		if _, err := c.DeleteObjectTagging(t.Context(), &client.DeleteObjectTaggingInput{Bucket: sdk.String(bucket), Key: key}); err != nil {
			t.Error(err)
		}
		if out, err := c.GetObjectTagging(t.Context(), &client.GetObjectTaggingInput{Bucket: sdk.String(bucket), Key: key}); err != nil || len(out.TagSet) != 0 {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
		head, err := c.HeadObject(t.Context(), &client.HeadObjectInput{Bucket: sdk.String(bucket), Key: key})
		if err != nil || *head.ETag != etag || get(t, c, "a") != "content" {
			t.Errorf("%s: expected the same object, got %+v, %v", name, head, err)
		}
		twice := &types.Tagging{TagSet: append(set.TagSet, set.TagSet...)}
		if _, err := c.PutObjectTagging(t.Context(), &client.PutObjectTaggingInput{Bucket: sdk.String(bucket), Key: key, Tagging: twice}); code(err) != "InvalidTag" {
			t.Errorf("%s: expected InvalidTag, got %v", name, err)
		}
	}
}

func TestDeleteObjects(t *testing.T) {
	t.Parallel()
	c, url := newClient(t, newService(t, s3.Options{}, config()))
	for _, key := range []string{"a", "b & c", "keep"} {
		put(t, c, key, key)
	}
	ids := []types.ObjectIdentifier{{Key: sdk.String("a")}, {Key: sdk.String("b & c")}, {Key: sdk.String("missing")}, {Key: sdk.String("keep"), ETag: sdk.String("x")}}
	out, err := c.DeleteObjects(t.Context(), &client.DeleteObjectsInput{Bucket: sdk.String(bucket), Delete: &types.Delete{Objects: ids}})
	if err != nil || len(out.Deleted) != 3 || len(out.Errors) != 1 || *out.Errors[0].Code != "PreconditionFailed" {
		t.Fatalf("got %+v, %v", out, err)
	}
	list, err := c.ListObjectsV2(t.Context(), &client.ListObjectsV2Input{Bucket: sdk.String(bucket)})
	if err != nil || len(list.Contents) != 1 || *list.Contents[0].Key != "keep" {
		t.Errorf("got %+v, %v", list, err)
	}
	out, err = c.DeleteObjects(t.Context(), &client.DeleteObjectsInput{Bucket: sdk.String(bucket), Delete: &types.Delete{Quiet: sdk.Bool(true), Objects: ids[:1]}})
	if err != nil || len(out.Deleted) != 0 {
		t.Errorf("quiet: got %+v, %v", out, err)
	}
	for _, tt := range []struct{ body, code string }{
		{"<Delete><Object><Key>a</Key></Object></Delete>", "InvalidRequest"}, // no checksum
		{"<Delete></Delete>", "MalformedXML"},
		{"<Delete>" + strings.Repeat("<Object><Key>a</Key></Object>", 1001) + "</Delete>", "MalformedXML"},
		{"<Delete><Object><Key></Key></Object></Delete>", "MalformedXML"},
		{"<Delete><Object><Key>" + strings.Repeat("k", 1025) + "</Key></Object></Delete>", "KeyTooLongError"},
		{"<Other/>", "MalformedXML"},
		{"{", "MalformedXML"},
	} {
		if _, _, body := send(t, "POST", url+"/"+bucket+"?delete", tt.body); element(body, "Code") != tt.code {
			t.Errorf("%.60s: expected %s, got %s", tt.body, tt.code, body)
		}
	}
}

// What is in the bucket does not change with the caller's buffer.
func TestBodyIsNotKept(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	body := []byte("content")
	r, _ := http.NewRequest("PUT", "http://127.0.0.1/"+bucket+"/a", nil)
	s.Serve(discard{http.Header{}}, r, body)
	body[0] = 'X'
	if _, content, err := s.Get(bucket, "a"); err != nil || !bytes.Equal(content, []byte("content")) {
		t.Errorf("got %q, %v", content, err)
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) WriteHeader(int)             {}
func (d discard) Write(b []byte) (int, error) { return io.Discard.Write(b) }
