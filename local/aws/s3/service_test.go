package s3_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/s3"
)

var _ aws.Service = (*s3.Service)(nil)

func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*s3.Bucket)
		want   string
	}{
		{"name", func(b *s3.Bucket) { b.Name = "Receipts" }, "a name has 3 to 63"},
		{"dots", func(b *s3.Bucket) { b.Name = ".." }, "a name has 3 to 63"},
		{"dots within", func(b *s3.Bucket) { b.Name = "a..b" }, "a name has 3 to 63"},
		{"slash", func(b *s3.Bucket) { b.Name = "a/b" }, "a name has 3 to 63"},
		{"twice", func(b *s3.Bucket) { b.Name = other }, "declared twice"},
		{"ARN", func(b *s3.Bucket) { b.ARN = "arn:aws:s3:::other" }, "expected the ARN arn:aws:s3:::" + bucket},
		{"days", func(b *s3.Bucket) { b.LifecycleDays = -1 }, "number of days"},
		{"no origin", func(b *s3.Bucket) { b.CORS = []s3.CORSRule{{AllowedMethods: []string{"PUT"}}} }, "CORS rule 1: expected at least one origin"},
		{"method", func(b *s3.Bucket) {
			b.CORS = []s3.CORSRule{{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"PATCH"}}}
		}, `got "PATCH"`},
		{"two stars", func(b *s3.Bucket) {
			b.CORS = []s3.CORSRule{{AllowedOrigins: []string{"http://*.*"}, AllowedMethods: []string{"PUT"}}}
		}, "at most one *"},
		{"exposed star", func(b *s3.Bucket) {
			b.CORS = []s3.CORSRule{{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"PUT"}, ExposeHeaders: []string{"*"}}}
		}, "an exposed header has no *"},
	} {
		s := s3.New(s3.Options{})
		_, err := s.Prepare(t.Context(), config(tt.change))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: expected %q, got %v", tt.name, tt.want, err)
		}
		if len(s.Buckets()) != 0 {
			t.Errorf("%s: expected no change", tt.name)
		}
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	c, _ := newClient(t, s)
	put(t, c, "a", "content")
	id := create(t, c, "b")
	next := config(func(b *s3.Bucket) { b.LifecycleDays = 1 })
	commit, err := s.Prepare(t.Context(), s3.Config{Region: "eu-central-1", AccountID: account, Buckets: next.Buckets[:1]})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Buckets()) != 2 {
		t.Error("expected no change before commit")
	}
	commit()
	if got := s.Buckets(); len(got) != 1 || got[0].Objects != 1 || got[0].Bytes != 7 {
		t.Errorf("got %+v", got)
	}
	if got := get(t, c, "a"); got != "content" {
		t.Errorf("got %q", got)
	}
	if _, err := c.ListParts(t.Context(), &client.ListPartsInput{Bucket: sdk.String(bucket), Key: sdk.String("b"), UploadId: &id}); err != nil {
		t.Error(err)
	}
	if _, err := c.HeadBucket(t.Context(), &client.HeadBucketInput{Bucket: sdk.String(other)}); code(err) != "NotFound" {
		t.Errorf("expected NotFound, got %v", err)
	}
}

// Objects, with all that describes them, outlive the process; drafts that it left do
// not.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	clock := newClock()
	c, _ := newClient(t, newService(t, s3.Options{Dir: dir, Now: clock.Now}, config()))
	in := &client.PutObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("../a"), Body: strings.NewReader("line 1\nline 2"), ContentType: sdk.String("text/plain"),
		Metadata: map[string]string{"a": "b"}, Tagging: sdk.String("t=1")}
	if _, err := c.PutObject(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	put(t, c, "gone", "content")
	if _, err := c.DeleteObject(t.Context(), &client.DeleteObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("gone")}); err != nil {
		t.Fatal(err)
	}
	draft := filepath.Join(dir, bucket, ".draft-1")
	if err := os.WriteFile(draft, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Hour)
	again := newService(t, s3.Options{Dir: dir, Now: clock.Now}, config())
	c, _ = newClient(t, again)
	out, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: in.Bucket, Key: in.Key})
	if err != nil {
		t.Fatal(err)
	}
	if readAll(t, out.Body) != "line 1\nline 2" || *out.ContentType != "text/plain" || out.Metadata["a"] != "b" || *out.TagCount != 1 || !out.LastModified.Equal(newClock().now) {
		t.Errorf("got %+v", out)
	}
	if got := again.Buckets(); got[1].Objects != 1 {
		t.Errorf("got %+v", got)
	}
	if _, err := os.Stat(draft); !os.IsNotExist(err) {
		t.Errorf("expected the draft to be removed, got %v", err)
	}
	// A bucket that leaves and returns has its objects.
	prepare(t, again, s3.Config{AccountID: account})
	prepare(t, again, config())
	if got := again.Buckets(); got[1].Objects != 1 {
		t.Errorf("after the bucket's return: got %+v", got)
	}
}

func TestFolderFailure(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	c, _ := newClient(t, newService(t, s3.Options{Dir: dir}, config()))
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := c.PutObject(t.Context(), &client.PutObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("a")})
	if code(err) != "InternalError" || strings.Contains(err.Error(), dir) {
		t.Errorf("expected InternalError without the folder, got %v", err)
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	clock := newClock() // 2026-03-14 15:09:26
	s := newService(t, s3.Options{Now: clock.Now, Dir: t.TempDir()}, config(func(b *s3.Bucket) { b.LifecycleDays, b.AbortUploadDays = 2, 1 }))
	c, url := newClient(t, s)
	put(t, c, "a", "content")
	id := create(t, c, "b")
	_, h, _ := send(t, "HEAD", url+"/"+bucket+"/a", "")
	if got := h.Get("X-Amz-Expiration"); got != `expiry-date="Tue, 17 Mar 2026 00:00:00 GMT", rule-id="lifecycle"` {
		t.Errorf("got %q", got)
	}
	clock.Advance(56*time.Hour + 50*time.Minute) // 16 March, 23:59:26
	put(t, c, "later", "content")
	if got := get(t, c, "a"); got != "content" {
		t.Errorf("got %q", got)
	}
	if _, err := c.ListParts(t.Context(), &client.ListPartsInput{Bucket: sdk.String(bucket), Key: sdk.String("b"), UploadId: &id}); code(err) != "NoSuchUpload" {
		t.Errorf("expected NoSuchUpload, got %v", err)
	}
	clock.Advance(time.Minute)
	if _, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("a")}); code(err) != "NoSuchKey" {
		t.Errorf("expected NoSuchKey, got %v", err)
	}
	if got := s.Buckets()[1]; got.Objects != 1 {
		t.Errorf("expected the later object to stay, got %+v", got)
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	c, _ := newClient(t, s)
	for _, key := range []string{"a", "dir/b", "dir/sub/c", "dir/d"} {
		put(t, c, key, key)
	}
	listing, err := s.List(bucket, "dir/", "")
	if err != nil || len(listing.Folders) != 1 || listing.Folders[0] != "dir/sub/" || len(listing.Objects) != 2 || listing.Objects[1].Key != "dir/d" {
		t.Errorf("got %+v, %v", listing, err)
	}
	if listing, err := s.List(bucket, "dir/", "dir/b"); err != nil || len(listing.Objects) != 1 {
		t.Errorf("got %+v, %v", listing, err)
	}
	o, content, err := s.Get(bucket, "dir/b")
	if err != nil || string(content) != "dir/b" || o.Size != 5 || o.Content["Content-Type"] != "application/octet-stream" {
		t.Errorf("got %+v, %v", o, err)
	}
	if err := s.Delete(bucket, "dir/b"); err != nil {
		t.Error(err)
	}
	for name, f := range map[string]func() error{
		"deleted object": func() error { _, _, err := s.Get(bucket, "dir/b"); return err },
		"list":           func() error { _, err := s.List("unknown", "", ""); return err },
		"get":            func() error { _, _, err := s.Get("unknown", "a"); return err },
		"delete":         func() error { return s.Delete("unknown", "a") },
	} {
		if err := f(); !errors.Is(err, s3.ErrNotFound) {
			t.Errorf("%s: expected ErrNotFound, got %v", name, err)
		}
	}
}

// Everything at once, for the race detector.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"", t.TempDir()} {
		s := newService(t, s3.Options{Dir: dir}, config())
		c, _ := newClient(t, s)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				key := keyName(i % 3)
				for range 10 {
					put(t, c, key, strings.Repeat(key, 100))
					out, err := c.GetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: &key})
					if err == nil && readAll(t, out.Body) != strings.Repeat(key, 100) {
						t.Error("expected one of the contents that were put")
					}
					_, err = c.DeleteObject(t.Context(), &client.DeleteObjectInput{Bucket: sdk.String(bucket), Key: &key})
					if err != nil {
						t.Error(err)
					}
					if _, err := s.List(bucket, "", ""); err != nil {
						t.Error(err)
					}
					prepare(t, s, config())
				}
			})
		}
		wg.Wait()
	}
}
