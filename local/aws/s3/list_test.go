package s3_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"api-auth-jwt-auth0/local/aws/s3"
)

func listAll(t *testing.T, c *client.Client, in *client.ListObjectsV2Input) (objects []types.Object) {
	t.Helper()
	pages := client.NewListObjectsV2Paginator(c, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, page.Contents...)
	}
	return objects
}

// Random lists agree with a slow reference, page by page, in both versions.
func TestRandomLists(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	c, _ := newClient(t, s)
	random := rand.New(rand.NewPCG(1, 2))
	var keys []string
	for range 60 {
		key := randomText(random, "ab/-", 6)
		if key == "" || slices.Contains(keys, key) {
			continue
		}
		keys = append(keys, key)
		put(t, c, key, key)
	}
	slices.Sort(keys)
	for range 150 {
		prefix, delimiter, after := randomText(random, "ab/-", 2), []string{"", "/", "-", "a/"}[random.IntN(4)], randomText(random, "ab/-", 4)
		limit := int32(1 + random.IntN(7))
		want := reference(keys, prefix, delimiter, after)
		name := fmt.Sprintf("prefix %q, delimiter %q, after %q, pages of %d", prefix, delimiter, after, limit)
		if got := listV2(t, c, prefix, delimiter, after, limit); !slices.Equal(got, want) {
			t.Errorf("version 2, %s: expected %q, got %q", name, want, got)
		}
		if got := listV1(t, c, prefix, delimiter, after, limit); delimiter != "" && after == "" && !slices.Equal(got, want) {
			t.Errorf("version 1, %s: expected %q, got %q", name, want, got)
		}
	}
}

func randomText(random *rand.Rand, letters string, length int) string {
	text := make([]byte, random.IntN(length+1))
	for i := range text {
		text[i] = letters[random.IntN(len(letters))]
	}
	return string(text)
}

// reference lists keys and common prefixes, in order.
func reference(keys []string, prefix, delimiter, after string) []string {
	var listed []string
	for _, key := range keys {
		if !strings.HasPrefix(key, prefix) || key <= after {
			continue
		}
		entry := key
		if delimiter != "" {
			if i := strings.Index(key[len(prefix):], delimiter); i >= 0 {
				entry = key[:len(prefix)+i+len(delimiter)]
			}
		}
		if entry != key && entry == after || slices.Contains(listed, entry) {
			continue
		}
		listed = append(listed, entry)
	}
	return listed
}

func entries(objects []types.Object, prefixes []types.CommonPrefix) (all []string) {
	for _, o := range objects {
		all = append(all, *o.Key)
	}
	for _, p := range prefixes {
		if !slices.Contains(all, *p.Prefix) {
			all = append(all, *p.Prefix)
		}
	}
	slices.Sort(all)
	return all
}

func listV2(t *testing.T, c *client.Client, prefix, delimiter, after string, limit int32) (all []string) {
	t.Helper()
	pages := client.NewListObjectsV2Paginator(c, &client.ListObjectsV2Input{Bucket: sdk.String(bucket), Prefix: &prefix, Delimiter: &delimiter, StartAfter: &after, MaxKeys: &limit})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := entries(page.Contents, page.CommonPrefixes)
		if len(got) > int(limit) || int(*page.KeyCount) != len(page.Contents)+len(page.CommonPrefixes) {
			t.Errorf("expected at most %d entries, got %q", limit, got)
		}
		all = append(all, got...)
	}
	return all
}

func listV1(t *testing.T, c *client.Client, prefix, delimiter, marker string, limit int32) (all []string) {
	t.Helper()
	for {
		page, err := c.ListObjects(t.Context(), &client.ListObjectsInput{Bucket: sdk.String(bucket), Prefix: &prefix, Delimiter: &delimiter, Marker: &marker, MaxKeys: &limit})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entries(page.Contents, page.CommonPrefixes)...)
		if !*page.IsTruncated {
			return all
		}
		if marker = sdk.ToString(page.NextMarker); delimiter == "" {
			marker = all[len(all)-1]
		}
	}
}

func TestListDetails(t *testing.T) {
	t.Parallel()
	c, url := newClient(t, newService(t, s3.Options{}, config()))
	put(t, c, "a b", "content")
	for _, tt := range []struct{ name, query, element, want string }{
		{"size", "?list-type=2", "Size", "7"},
		{"tag", "?list-type=2", "ETag", "&#34;9a0364b9e99bb480dd25e1f0284c8555&#34;"},
		{"class", "?list-type=2", "StorageClass", "STANDARD"},
		{"no owner", "?list-type=2", "ID", ""},
		{"owner", "?list-type=2&fetch-owner=true", "ID", account},
		{"owner of version 1", "?", "ID", account},
		{"encoded key", "?list-type=2&encoding-type=url", "Key", "a+b"},
		{"encoding", "?list-type=2&encoding-type=base64", "Code", "InvalidArgument"},
		{"most keys", "?max-keys=5000", "MaxKeys", "1000"},
		{"no keys", "?max-keys=0", "IsTruncated", "false"},
		{"number", "?max-keys=many", "Code", "InvalidArgument"},
		{"negative", "?max-keys=-1", "Code", "InvalidArgument"},
		{"token", "?list-type=2&continuation-token=%2A", "Code", "InvalidArgument"},
		{"location", "?location", "Code", ""},
	} {
		if _, _, body := send(t, "GET", url+"/"+bucket+tt.query, ""); element(body, tt.element) != tt.want {
			t.Errorf("%s: expected %q, got %s", tt.name, tt.want, body)
		}
	}
	location, err := c.GetBucketLocation(t.Context(), &client.GetBucketLocationInput{Bucket: sdk.String(bucket)})
	if err != nil || location.LocationConstraint != "eu-central-1" {
		t.Errorf("got %+v, %v", location, err)
	}
	head, err := c.HeadBucket(t.Context(), &client.HeadBucketInput{Bucket: sdk.String(bucket)})
	if err != nil || *head.BucketRegion != "eu-central-1" {
		t.Errorf("got %+v, %v", head, err)
	}
	buckets, err := c.ListBuckets(t.Context(), &client.ListBucketsInput{})
	if err != nil || len(buckets.Buckets) != 2 || *buckets.Buckets[0].Name != other {
		t.Errorf("got %+v, %v", buckets, err)
	}
}
