package s3_test

import (
	"fmt"
	"net/http"
	"testing"

	"api-auth-jwt-auth0/local/aws/s3"
)

// BenchmarkObject is what the service itself needs, without a connection.
func BenchmarkObject(b *testing.B) {
	for _, kept := range []string{"memory", "folder"} {
		for _, size := range []int{1 << 10, 5 << 20} {
			dir := ""
			if kept == "folder" {
				dir = b.TempDir()
			}
			s := newService(b, s3.Options{Dir: dir}, config())
			body := bytesOf(size, 9)
			for _, method := range []string{"PUT", "GET"} {
				b.Run(fmt.Sprintf("%s/%s/%d", method, kept, size), func(b *testing.B) {
					b.SetBytes(int64(size))
					r := newRequest(method, "/"+bucket+"/a", "")
					for b.Loop() {
						w := discard{http.Header{}}
						if _, err := s.Read(r, body); err != nil {
							b.Fatal(err)
						}
						s.Serve(w, r, body)
						if w.header.Get("Etag") == "" {
							b.Fatal("no object")
						}
					}
				})
			}
		}
	}
}
