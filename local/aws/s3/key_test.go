package s3_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"

	"api-auth-jwt-auth0/local/aws/s3"
)

var oddKeys = []string{
	"with space", "a+b", "100%", "%41", "a%2Fb", "ü/漢字/🎉", "../../etc/passwd", "..", ".", "a/../b", "a/./b", "/leading", "//double//",
	"trailing/", `back\slash`, "quote'\"<>&", "?query#fragment", "tab\tline\nend", "C:/windows", "~", "*", "[a-z]", "con", ".draft-x",
	strings.Repeat("k", 1024), "receipts-1a2b/x", "a:b;c=d,e@f!g$h(i)j",
}

// Keys are names and nothing else, wherever the objects are.
func TestOddKeys(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, dir := range map[string]string{"memory": "", "folder": filepath.Join(root, "data")} {
		s := newService(t, s3.Options{Dir: dir}, config())
		c, _ := newClient(t, s)
		for _, key := range oddKeys {
			put(t, c, key, "content of "+key)
		}
		for _, key := range oddKeys {
			if got := get(t, c, key); got != "content of "+key {
				t.Errorf("%s: %q has %q", name, key, got)
			}
		}
		var listed []string
		for _, o := range listAll(t, c, &client.ListObjectsV2Input{Bucket: sdk.String(bucket), MaxKeys: sdk.Int32(5)}) {
			listed = append(listed, *o.Key)
		}
		want := slices.Sorted(slices.Values(oddKeys))
		if !slices.Equal(listed, want) {
			t.Errorf("%s: expected %q, got %q", name, want, listed)
		}
		for _, key := range oddKeys {
			source := bucket + "/" + escape(key)
			if _, err := c.CopyObject(t.Context(), &client.CopyObjectInput{Bucket: sdk.String(other), Key: &key, CopySource: &source}); err != nil {
				t.Errorf("%s: copying %q: %v", name, key, err)
			}
		}
	}
	files := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if mode := info.Mode().Perm(); path != root && mode != 0o700 {
				t.Errorf("%s: expected mode 0700, got %o", path, mode)
			}
			return nil
		}
		files++
		if rel, _ := filepath.Rel(root, path); strings.Count(rel, "/") != 2 || info.Mode().Perm() != 0o600 || len(entry.Name()) != 64 {
			t.Errorf("unexpected file %s with mode %o", rel, info.Mode().Perm())
		}
		return nil
	})
	if err != nil || files != 2*len(oddKeys) {
		t.Errorf("expected %d files, got %d, %v", 2*len(oddKeys), files, err)
	}
}

// escape encodes every byte, as a copy source may have it.
func escape(key string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(key) {
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

func TestKeys(t *testing.T) {
	t.Parallel()
	_, url := newClient(t, newService(t, s3.Options{}, config()))
	for _, tt := range []struct{ name, path, code string }{
		{"too long", "/" + bucket + "/" + strings.Repeat("k", 1025), "KeyTooLongError"},
		{"no UTF-8", "/" + bucket + "/%ff", "InvalidURI"},
		{"unknown bucket", "/unknown-bucket/a", "NoSuchBucket"},
		{"encoded slash in the bucket", "/" + bucket + "%2Fa", "NoSuchBucket"},
		{"dots for a bucket", "/../" + bucket + "/a", "NoSuchBucket"},
		{"empty bucket", "//" + bucket + "/a", "NoSuchBucket"},
	} {
		if status, _, body := send(t, "GET", url+tt.path, ""); element(body, "Code") != tt.code {
			t.Errorf("%s: expected %s, got %d %s", tt.name, tt.code, status, body)
		}
	}
	send(t, "PUT", url+"/"+bucket+"/a+b", "plus")
	if _, _, body := send(t, "GET", url+"/"+bucket+"/a%20b", ""); body != "plus" {
		t.Errorf("expected a plus sign to be a space, got %q", body)
	}
}

func TestVirtualHost(t *testing.T) {
	t.Parallel()
	c, url := newClient(t, newService(t, s3.Options{}, config()))
	put(t, c, "dir/a", "content")
	port := url[strings.LastIndex(url, ":"):]
	for _, host := range []string{bucket + ".localhost" + port, strings.ToUpper(bucket) + ".LOCALHOST" + port, bucket + ".localhost"} {
		if _, _, body := send(t, "GET", url+"/dir/a", "", "Host: "+host); body != "content" {
			t.Errorf("%s: got %q", host, body)
		}
	}
	if _, _, body := send(t, "GET", url+"/?list-type=2", "", "Host: "+bucket+".localhost"+port); element(body, "Key") != "dir/a" {
		t.Errorf("list: got %s", body)
	}
	if _, _, body := send(t, "GET", url+"/"+bucket+"/dir/a", "", "Host: localhost"+port); body != "content" {
		t.Errorf("localhost: got %q", body)
	}
	// The SDK's own virtual hosts, which resolve to this machine.
	virtual := sdkClient("http://localhost"+port, false)
	if out, err := virtual.GetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("dir/a")}); err == nil {
		if got := readAll(t, out.Body); got != "content" {
			t.Errorf("SDK: got %q", got)
		}
	} else if !strings.Contains(err.Error(), "no such host") {
		t.Errorf("SDK: %v", err)
	}
}

// A stranger's file in the folder is no object, and is reported.
func TestForeignFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, content, want string }{
		{"notes.txt", "hello", "expected a line"},
		{"notes.txt", "hello\n", "reading its description"},
		{"notes.txt", `{"Key":"a","Size":1}` + "\nx", "expected the file of key"},
		{"notes.txt", `{"Key":"a","Size":9}` + "\nx", "expected 9 bytes of content, got 1"},
		{"notes.txt", `{"Key":"a","Other":9}` + "\n", "unknown field"},
	} {
		dir := t.TempDir()
		folder := filepath.Join(dir, bucket)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, tt.name), []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := s3.New(s3.Options{Dir: dir}).Prepare(t.Context(), config())
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), folder) {
			t.Errorf("expected %q and the folder, got %v", tt.want, err)
		}
	}
}
