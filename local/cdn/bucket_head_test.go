package cdn_test

import (
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// exchanged is everything that a connection returns for some bytes, until the other
// end closes it.
func exchanged(t *testing.T, u *url.URL, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// TestHeadIsGetWithoutBody compares every header of every kind of answer. The
// bytes on the wire end with the headers.
func TestHeadIsGetWithoutBody(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", "Mon, 06 May 2024 07:08:09 GMT")
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/api/denied":
			w.Header().Set("Www-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
		case "/api/broken":
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = io.WriteString(w, `{"message":"text"}`)
	}))
	etag := tag("0123456789")
	tests := []struct {
		name    string
		request []string // without the method
		status  int
	}{
		{"root", []string{"/"}, 200},
		{"page of the app", []string{"/profile"}, 200},
		{"configuration", []string{"/config.json"}, 200},
		{"script", []string{"/assets/app.js"}, 200},
		{"compressed script", []string{"/assets/app.js", "Accept-Encoding: gzip"}, 200},
		{"image", []string{"/assets/logo.png", "Accept-Encoding: gzip"}, 200},
		{"range", []string{"/digits.txt", "Range: bytes=2-4"}, 206},
		{"no such range", []string{"/digits.txt", "Range: bytes=10-"}, 416},
		{"not modified", []string{"/digits.txt", "If-None-Match: " + etag}, 304},
		{"failed precondition", []string{"/digits.txt", `If-Match: "a"`}, 412},
		{"missing", []string{"/nope.js"}, 404},
		{"undecodable", []string{"/%FF.js"}, 400},
		{"too long", []string{"/" + strings.Repeat("a", 9000)}, 413},
		{"API", []string{"/api/x"}, 200},
		{"API's refusal", []string{"/api/denied"}, 401},
		{"API's failure", []string{"/api/broken"}, 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines := slices.Clone(tt.request)
			lines[0] = "GET " + tt.request[0] + " HTTP/1.1"
			g := raw(t, u, lines...)
			lines[0] = "HEAD " + tt.request[0] + " HTTP/1.1"
			h := raw(t, u, lines...)
			wantStatus(t, g, tt.status)
			wantStatus(t, h, tt.status)
			if diff := cmp.Diff(comparable(g), comparable(h)); diff != "" {
				t.Errorf("GET and HEAD differ (-GET +HEAD):\n%s", diff)
			}
			wire := exchanged(t, u, strings.Join(lines, "\r\n")+"\r\nHost: "+u.Host+"\r\nConnection: close\r\n\r\n")
			if _, body, _ := strings.Cut(wire, "\r\n\r\n"); body != "" {
				t.Errorf("HEAD was answered with a body of %d bytes", len(body))
			}
		})
	}
}

// comparable leaves out what is random, and the length of a compressed body,
// which HEAD does not send.
func comparable(a answer) http.Header {
	h := maps.Clone(a.Header)
	for _, name := range []string{"X-Amz-Cf-Id", "X-Amz-Id-2", "X-Amz-Request-Id"} {
		delete(h, name)
	}
	if h.Get("Content-Encoding") != "" {
		delete(h, "Content-Length")
	}
	return h
}

// TestTooLargeRequestEndsTheConnection: CloudFront closes the connection after 413,
// so that a request behind the large one is not served.
func TestTooLargeRequestEndsTheConnection(t *testing.T) {
	t.Parallel()
	u := start(t, site(t, nil))
	request := func(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: " + u.Host + "\r\n\r\n" }
	wire := exchanged(t, u, request("/"+strings.Repeat("a", 9000))+request("/digits.txt"))
	if !strings.HasPrefix(wire, "HTTP/1.1 413 ") || !strings.Contains(wire, "\r\nConnection: close\r\n") || strings.Count(wire, "HTTP/1.1 ") != 1 {
		t.Errorf("got %q", wire)
	}
}
