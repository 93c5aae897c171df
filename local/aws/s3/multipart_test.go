package s3_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"api-auth-jwt-auth0/local/aws/s3"
)

const partBytes = 5 << 20

func create(t testing.TB, c *client.Client, key string, change ...func(*client.CreateMultipartUploadInput)) string {
	t.Helper()
	in := &client.CreateMultipartUploadInput{Bucket: sdk.String(bucket), Key: &key}
	for _, f := range change {
		f(in)
	}
	out, err := c.CreateMultipartUpload(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return *out.UploadId
}

func uploadPart(t testing.TB, c *client.Client, key, id string, number int32, content []byte, change ...func(*client.UploadPartInput)) types.CompletedPart {
	t.Helper()
	in := &client.UploadPartInput{Bucket: sdk.String(bucket), Key: &key, UploadId: &id, PartNumber: &number, Body: bytes.NewReader(content)}
	for _, f := range change {
		f(in)
	}
	out, err := c.UploadPart(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return types.CompletedPart{PartNumber: &number, ETag: out.ETag, ChecksumSHA256: out.ChecksumSHA256, ChecksumCRC32: out.ChecksumCRC32}
}

func complete(t testing.TB, c *client.Client, key, id string, parts ...types.CompletedPart) (*client.CompleteMultipartUploadOutput, error) {
	t.Helper()
	return c.CompleteMultipartUpload(t.Context(), &client.CompleteMultipartUploadInput{Bucket: sdk.String(bucket), Key: &key, UploadId: &id,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}})
}

func TestMultipart(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"memory": "", "folder": t.TempDir()} {
		c, _ := newClient(t, newService(t, s3.Options{Dir: dir}, config()))
		id := create(t, c, "big", func(in *client.CreateMultipartUploadInput) {
			in.ContentType, in.Metadata, in.Tagging = sdk.String("video/mp4"), map[string]string{"a": "b"}, sdk.String("t=1")
		})
		first, second := bytesOf(partBytes, 1), bytesOf(100, 2)
		two := uploadPart(t, c, "big", id, 2, second) // in any order
		uploadPart(t, c, "big", id, 1, second)        // replaced
		one := uploadPart(t, c, "big", id, 1, first)
		parts, err := c.ListParts(t.Context(), &client.ListPartsInput{Bucket: sdk.String(bucket), Key: sdk.String("big"), UploadId: &id, MaxParts: sdk.Int32(1)})
		if err != nil || len(parts.Parts) != 1 || *parts.Parts[0].Size != partBytes || !*parts.IsTruncated || *parts.NextPartNumberMarker != "1" {
			t.Errorf("%s: parts: %+v, %v", name, parts, err)
		}
		uploads, err := c.ListMultipartUploads(t.Context(), &client.ListMultipartUploadsInput{Bucket: sdk.String(bucket)})
		if err != nil || len(uploads.Uploads) != 1 || *uploads.Uploads[0].UploadId != id {
			t.Errorf("%s: uploads: %+v, %v", name, uploads, err)
		}
		out, err := complete(t, c, "big", id, one, two)
		if err != nil {
			t.Fatal(err)
		}
		a, b := md5.Sum(first), md5.Sum(second)
		if want := fmt.Sprintf(`"%x-2"`, md5.Sum(append(a[:], b[:]...))); *out.ETag != want {
			t.Errorf("%s: expected ETag %s, got %s", name, want, *out.ETag)
		}
		if got := get(t, c, "big"); got != string(first)+string(second) {
			t.Errorf("%s: the content differs", name)
		}
		head, err := c.HeadObject(t.Context(), &client.HeadObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("big"), PartNumber: sdk.Int32(2)})
		if err != nil || *head.ContentLength != 100 || *head.PartsCount != 2 || *head.ContentType != "video/mp4" || head.Metadata["a"] != "b" {
			t.Errorf("%s: head of part 2: %+v, %v", name, head, err)
		}
		if _, err := complete(t, c, "big", id, one, two); code(err) != "NoSuchUpload" {
			t.Errorf("%s: expected NoSuchUpload, got %v", name, err)
		}
	}
}

func TestMultipartFailures(t *testing.T) {
	t.Parallel()
	c, url := newClient(t, newService(t, s3.Options{}, config()))
	id := create(t, c, "a")
	small := uploadPart(t, c, "a", id, 1, []byte("small"))
	last := uploadPart(t, c, "a", id, 2, []byte("last"))
	wrong := last
	wrong.ETag = sdk.String(`"00"`)
	absent := types.CompletedPart{PartNumber: sdk.Int32(3), ETag: last.ETag}
	for _, tt := range []struct {
		name  string
		parts []types.CompletedPart
		code  string
	}{
		{"small part", []types.CompletedPart{small, last}, "EntityTooSmall"},
		{"order", []types.CompletedPart{last, small}, "InvalidPartOrder"},
		{"twice", []types.CompletedPart{last, last}, "InvalidPartOrder"},
		{"other tag", []types.CompletedPart{wrong}, "InvalidPart"},
		{"absent", []types.CompletedPart{absent}, "InvalidPart"},
		{"none", nil, "MalformedXML"},
	} {
		if _, err := complete(t, c, "a", id, tt.parts...); code(err) != tt.code {
			t.Errorf("%s: expected %s, got %v", tt.name, tt.code, err)
		}
	}
	if _, err := complete(t, c, "other key", id, last); code(err) != "NoSuchUpload" {
		t.Errorf("other key: %v", err)
	}
	put(t, c, "a", "content")
	_, err := c.CompleteMultipartUpload(t.Context(), &client.CompleteMultipartUploadInput{Bucket: sdk.String(bucket), Key: sdk.String("a"), UploadId: &id,
		IfNoneMatch: sdk.String("*"), MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{last}}})
	if code(err) != "PreconditionFailed" {
		t.Errorf("expected PreconditionFailed, got %v", err)
	}
	for _, tt := range []struct{ name, method, query, code string }{
		{"part 0", "PUT", "?partNumber=0&uploadId=" + id, "InvalidArgument"},
		{"part 10001", "PUT", "?partNumber=10001&uploadId=" + id, "InvalidArgument"},
		{"part x", "PUT", "?partNumber=x&uploadId=" + id, "InvalidArgument"},
		{"upload", "PUT", "?partNumber=1&uploadId=unknown", "NoSuchUpload"},
		{"list", "GET", "?uploadId=unknown", "NoSuchUpload"},
		{"abort", "DELETE", "?uploadId=unknown", "NoSuchUpload"},
		{"part of an object", "GET", "?partNumber=2", "InvalidPartNumber"},
	} {
		if _, _, body := send(t, tt.method, url+"/"+bucket+"/a"+tt.query, ""); element(body, "Code") != tt.code {
			t.Errorf("%s: expected %s, got %s", tt.name, tt.code, body)
		}
	}
	if _, err := c.AbortMultipartUpload(t.Context(), &client.AbortMultipartUploadInput{Bucket: sdk.String(bucket), Key: sdk.String("a"), UploadId: &id}); err != nil {
		t.Error(err)
	}
	if _, err := complete(t, c, "a", id, last); code(err) != "NoSuchUpload" || get(t, c, "a") != "content" {
		t.Errorf("after abort: %v", err)
	}
}

func TestMultipartChecksums(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, s3.Options{}, config()))
	content := [][]byte{bytesOf(partBytes, 3), []byte("the end")}
	digests := sha256.New()
	for _, part := range content {
		sum := sha256.Sum256(part)
		digests.Write(sum[:])
	}
	composite := base64.StdEncoding.EncodeToString(digests.Sum(nil)) + "-2"

	id := create(t, c, "a", func(in *client.CreateMultipartUploadInput) { in.ChecksumAlgorithm = types.ChecksumAlgorithmSha256 })
	var parts []types.CompletedPart
	for i, part := range content {
		parts = append(parts, uploadPart(t, c, "a", id, int32(i+1), part, func(in *client.UploadPartInput) { in.ChecksumAlgorithm = types.ChecksumAlgorithmSha256 }))
	}
	bare := []types.CompletedPart{{PartNumber: parts[0].PartNumber, ETag: parts[0].ETag}, parts[1]}
	if _, err := complete(t, c, "a", id, bare...); code(err) != "InvalidRequest" || !strings.Contains(err.Error(), "missing for part 1") {
		t.Errorf("expected InvalidRequest for part 1, got %v", err)
	}
	if _, err := c.UploadPart(t.Context(), &client.UploadPartInput{Bucket: sdk.String(bucket), Key: sdk.String("a"), UploadId: &id, PartNumber: sdk.Int32(3),
		Body: strings.NewReader("x"), ChecksumAlgorithm: types.ChecksumAlgorithmCrc32}); code(err) != "InvalidRequest" {
		t.Errorf("expected a mismatch of algorithms, got %v", err)
	}
	out, err := complete(t, c, "a", id, parts...)
	if err != nil || sdk.ToString(out.ChecksumSHA256) != composite || out.ChecksumType != types.ChecksumTypeComposite {
		t.Errorf("expected %s, got %+v, %v", composite, out, err)
	}

	id = create(t, c, "b", func(in *client.CreateMultipartUploadInput) {
		in.ChecksumAlgorithm, in.ChecksumType = types.ChecksumAlgorithmCrc32, types.ChecksumTypeFullObject
	})
	parts = nil
	for i, part := range content {
		parts = append(parts, uploadPart(t, c, "b", id, int32(i+1), part))
	}
	if _, err := complete(t, c, "b", id, parts...); err != nil {
		t.Fatal(err)
	}
	// The SDK verifies the checksum of the whole.
	whole, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("b"), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil || whole.ChecksumCRC32 == nil || readAll(t, whole.Body) != string(bytes.Join(content, nil)) {
		t.Errorf("got %+v, %v", whole, err)
	}
	_, err = c.CreateMultipartUpload(t.Context(), &client.CreateMultipartUploadInput{Bucket: sdk.String(bucket), Key: sdk.String("c"),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumType: types.ChecksumTypeFullObject})
	if code(err) != "InvalidRequest" {
		t.Errorf("expected InvalidRequest, got %v", err)
	}
}

func TestUploadPartCopy(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, s3.Options{}, config()))
	put(t, c, "source", "0123456789")
	id := create(t, c, "target")
	in := func(spec string) *client.UploadPartCopyInput {
		return &client.UploadPartCopyInput{Bucket: sdk.String(bucket), Key: sdk.String("target"), UploadId: &id, PartNumber: sdk.Int32(1),
			CopySource: sdk.String(bucket + "/source"), CopySourceRange: &spec}
	}
	for _, spec := range []string{"bytes=0-10", "bytes=3-", "bytes=-3", "bytes=20-30", "0-3"} {
		if _, err := c.UploadPartCopy(t.Context(), in(spec)); code(err) != "InvalidArgument" {
			t.Errorf("%s: expected InvalidArgument, got %v", spec, err)
		}
	}
	out, err := c.UploadPartCopy(t.Context(), in("bytes=2-5"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := complete(t, c, "target", id, types.CompletedPart{PartNumber: sdk.Int32(1), ETag: out.CopyPartResult.ETag}); err != nil {
		t.Fatal(err)
	}
	if got := get(t, c, "target"); got != "2345" {
		t.Errorf("got %q", got)
	}
}

func TestListUploads(t *testing.T) {
	t.Parallel()
	c, url := newClient(t, newService(t, s3.Options{}, config()))
	for _, key := range []string{"a/1", "a/2", "b", "a/2"} {
		create(t, c, key)
	}
	var got []string
	pages := client.NewListMultipartUploadsPaginator(c, &client.ListMultipartUploadsInput{Bucket: sdk.String(bucket), Prefix: sdk.String("a/"), MaxUploads: sdk.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Uploads {
			got = append(got, *u.Key)
		}
	}
	if strings.Join(got, " ") != "a/1 a/2 a/2" {
		t.Errorf("got %q", got)
	}
	if _, _, body := send(t, "GET", url+"/"+bucket+"?uploads&delimiter=/", ""); element(body, "Code") != "NotImplemented" {
		t.Errorf("got %s", body)
	}
}

func TestUploadsEndWithTheProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, _ := newClient(t, newService(t, s3.Options{Dir: dir}, config()))
	id := create(t, c, "a")
	last := uploadPart(t, c, "a", id, 1, []byte("content"))
	c, _ = newClient(t, newService(t, s3.Options{Dir: dir}, config()))
	if _, err := complete(t, c, "a", id, last); code(err) != "NoSuchUpload" {
		t.Errorf("expected NoSuchUpload, got %v", err)
	}
}

func TestAssumedChecksumOfPart(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, s3.Options{}, config()))
	id := create(t, c, "a")
	part := uploadPart(t, c, "a", id, 1, []byte("content"), func(in *client.UploadPartInput) { in.ChecksumAlgorithm = types.ChecksumAlgorithmSha256 })
	out, err := complete(t, c, "a", id, part)
	if err != nil || out.ChecksumCRC64NVME == nil || out.ChecksumType != types.ChecksumTypeFullObject {
		t.Errorf("got %+v, %v", out, err)
	}
}
