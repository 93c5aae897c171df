package s3_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"api-auth-jwt-auth0/local/aws/s3"
)

// Whatever is sent, the service answers, has no fault of its own, and writes nothing
// but objects below its folder.
func FuzzService(f *testing.F) {
	f.Add("PUT", "/"+bucket+"/a", "", "content", "X-Amz-Tagging", "a=b")
	f.Add("PUT", "/"+bucket+"/..%2f..%2fa", "", "content", "X-Amz-Copy-Source", bucket+"/a")
	f.Add("GET", "/"+bucket+"/a", "partNumber=1", "", "Range", "bytes=0-")
	f.Add("GET", "/"+bucket, "list-type=2&delimiter=/&prefix=a&max-keys=1&continuation-token=YQ==", "", "", "")
	f.Add("POST", "/"+bucket, "delete", "<Delete><Object><Key>a</Key></Object></Delete>", "Content-Md5", "AAAAAAAAAAAAAAAAAAAAAA==")
	f.Add("POST", "/"+bucket, "", "--b\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\ne30=\r\n--b--", "Content-Type", "multipart/form-data; boundary=b")
	f.Add("POST", "/"+bucket+"/a", "uploadId=x", "<CompleteMultipartUpload><Part/></CompleteMultipartUpload>", "", "")
	f.Add("PUT", "/"+bucket+"/a", "tagging", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", "", "")
	f.Add("OPTIONS", "/"+bucket+"/a", "", "", "Origin", "http://localhost")
	f.Fuzz(func(t *testing.T, method, path, query, body, name, value string) {
		dir := t.TempDir()
		root := filepath.Join(dir, "data")
		s := newService(t, s3.Options{Dir: root}, config())
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
		u, err := url.ParseRequestURI(path)
		if err != nil {
			return
		}
		r.Method, r.URL = method, u
		r.URL.RawQuery = query
		if name != "" {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		if _, err := s.Read(r, []byte(body)); err == nil {
			s.Serve(w, r, []byte(body))
		} else {
			s.Preflight(w, r)
		}
		if w.Code >= 500 && w.Code != http.StatusNotImplemented {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && len(entry.Name()) != 64 {
				t.Errorf("unexpected file %s", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		for _, b := range s.Buckets() {
			listing, err := s.List(b.Name, "", "")
			if err != nil {
				t.Error(err)
			}
			for _, o := range listing.Objects {
				if !utf8.ValidString(o.Key) || len(o.Key) > 1024 {
					t.Errorf("unexpected key %q", o.Key)
				}
			}
		}
	})
}

// A list of what was put has exactly that, whatever the keys are.
func FuzzList(f *testing.F) {
	f.Add("a/b\na/c\nd", "a/", "/", "")
	f.Add("a\nab\nabc", "", "b", "a")
	f.Fuzz(func(t *testing.T, lines, prefix, delimiter, after string) {
		s := newService(t, s3.Options{}, config())
		seen := map[string]bool{}
		for key := range strings.SplitSeq(lines, "\n") {
			if key == "" || !utf8.ValidString(key) || len(key) > 1024 || len(seen) > 20 {
				continue
			}
			seen[key] = true
			r := httptest.NewRequest(http.MethodPut, "/", nil)
			r.URL = &url.URL{Path: "/" + bucket + "/" + key}
			w := httptest.NewRecorder()
			if s.Serve(w, r, []byte("content")); w.Code != 200 {
				t.Fatalf("putting %q: %d %s", key, w.Code, w.Body)
			}
		}
		for key := range seen {
			if _, _, err := s.Get(bucket, key); err != nil {
				t.Error(err)
			}
		}
		r := httptest.NewRequest(http.MethodGet, "/?"+url.Values{"list-type": {"2"}, "prefix": {prefix}, "delimiter": {delimiter}, "start-after": {after}}.Encode(), nil)
		r.URL.Path = "/" + bucket
		w := httptest.NewRecorder()
		if s.Serve(w, r, nil); w.Code != 200 {
			t.Fatalf("list: %d %s", w.Code, w.Body)
		}
		var keys []string
		for key := range seen {
			keys = append(keys, key)
		}
		want := len(reference(slices.Sorted(slices.Values(keys)), prefix, delimiter, after))
		if got := strings.Count(w.Body.String(), "<Contents>") + strings.Count(w.Body.String(), "<CommonPrefixes>"); got != want {
			t.Errorf("expected %d entries, got %d: %s", want, got, w.Body)
		}
	})
}
