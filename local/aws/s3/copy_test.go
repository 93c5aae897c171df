package s3_test

import (
	"maps"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"api-auth-jwt-auth0/local/aws/s3"
)

func TestCopy(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"memory": "", "folder": t.TempDir()} {
		c, _ := newClient(t, newService(t, s3.Options{Dir: dir}, config()))
		metadata := map[string]string{"customer": "42"}
		in := &client.PutObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("a b/ü"), Body: strings.NewReader("content"),
			ContentType: sdk.String("text/plain"), Metadata: metadata, Tagging: sdk.String("team=a")}
		if _, err := c.PutObject(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		out, err := c.CopyObject(t.Context(), &client.CopyObjectInput{Bucket: sdk.String(other), Key: sdk.String("copy"), CopySource: sdk.String("/" + bucket + "/a%20b/%C3%BC")})
		if err != nil || *out.CopyObjectResult.ETag != `"9a0364b9e99bb480dd25e1f0284c8555"` {
			t.Fatalf("%s: %+v, %v", name, out, err)
		}
		got, err := c.HeadObject(t.Context(), &client.HeadObjectInput{Bucket: sdk.String(other), Key: sdk.String("copy")})
		if err != nil || *got.ContentType != "text/plain" || !maps.Equal(got.Metadata, metadata) || *got.TagCount != 1 {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
		_, err = c.CopyObject(t.Context(), &client.CopyObjectInput{Bucket: sdk.String(other), Key: sdk.String("copy"), CopySource: sdk.String(other + "/copy"),
			MetadataDirective: types.MetadataDirectiveReplace, TaggingDirective: types.TaggingDirectiveReplace, ContentType: sdk.String("text/html")})
		if err != nil {
			t.Fatal(err)
		}
		got, err = c.HeadObject(t.Context(), &client.HeadObjectInput{Bucket: sdk.String(other), Key: sdk.String("copy")})
		if err != nil || *got.ContentType != "text/html" || len(got.Metadata) != 0 || got.TagCount != nil {
			t.Errorf("%s: replaced: got %+v, %v", name, got, err)
		}
	}
}

func TestCopyFailures(t *testing.T) {
	t.Parallel()
	c, url := newClient(t, newService(t, s3.Options{}, config()))
	etag := *put(t, c, "a", "content").ETag
	for _, tt := range []struct {
		name, source string
		headers      []string
		code         string
	}{
		{"missing", bucket + "/missing", nil, "NoSuchKey"},
		{"unknown bucket", "unknown-bucket/a", nil, "NoSuchBucket"},
		{"no key", bucket, nil, "InvalidArgument"},
		{"bad escape", bucket + "/%zz", nil, "InvalidArgument"},
		{"no UTF-8", bucket + "/%ff", nil, "InvalidArgument"},
		{"a version", bucket + "/a?versionId=3", nil, "InvalidArgument"},
		{"the null version", bucket + "/a?versionId=null", nil, ""},
		{"dots", bucket + "/../" + other + "/a", nil, "NoSuchKey"},
		{"match", bucket + "/a", []string{"X-Amz-Copy-Source-If-Match: " + etag}, ""},
		{"no match", bucket + "/a", []string{`X-Amz-Copy-Source-If-Match: "x"`}, "PreconditionFailed"},
		{"none match", bucket + "/a", []string{"X-Amz-Copy-Source-If-None-Match: " + etag}, "PreconditionFailed"},
		{"there already", bucket + "/a", []string{"If-None-Match: *"}, "PreconditionFailed"},
		{"directive", bucket + "/a", []string{"X-Amz-Metadata-Directive: MERGE"}, "InvalidArgument"},
		{"algorithm", bucket + "/a", []string{"X-Amz-Checksum-Algorithm: CRC16"}, "InvalidRequest"},
	} {
		headers := append([]string{"X-Amz-Copy-Source: " + tt.source}, tt.headers...)
		if _, _, body := send(t, "PUT", url+"/"+bucket+"/copy", "", headers...); element(body, "Code") != tt.code {
			t.Errorf("%s: expected %q, got %s", tt.name, tt.code, body)
		}
	}
	if _, _, body := send(t, "PUT", url+"/"+bucket+"/a", "", "X-Amz-Copy-Source: "+bucket+"/a"); element(body, "Code") != "InvalidRequest" {
		t.Errorf("to itself: got %s", body)
	}
}
