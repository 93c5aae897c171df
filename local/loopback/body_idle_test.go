package loopback

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/cdn"
)

func withShortTimeout(s *Server) { s.bodyIdleTimeout = 20 * time.Millisecond }

// TestIdleBodyTimesOut wherever in the body it is idle, and whether or not the handler
// reads it. The connection ends, so that later bytes are not taken for a request.
func TestIdleBodyTimesOut(t *testing.T) {
	t.Parallel()
	api := newRawAPI(t, withShortTimeout)
	site := serveHandler(t, siteBefore(t, api).Handler(), withShortTimeout)
	const post, chunked = "POST /a HTTP/1.1\r\nHost: HOST\r\n", "Transfer-Encoding: chunked\r\n\r\n"
	for _, test := range []struct{ name, raw, want string }{
		{"none of it", post + "Content-Length: 5\r\n\r\n", "400 "},
		{"some of it", post + "Content-Length: 5\r\n\r\nab", "400 "},
		{"no chunk", post + chunked, "400 "},
		{"within a chunk", post + chunked + "5\r\nab", "400 "},
		{"no last chunk", post + chunked + "2\r\nab\r\n", "400 "},
		{"not read", "POST /a HTTP/1.1\r\nHost: other.example\r\nContent-Length: 5\r\n\r\n", "421 "},
	} {
		for server, s := range map[string]*Server{"API": api.server, "site": site} {
			t.Run(test.name+", "+server, func(t *testing.T) {
				t.Parallel()
				conn := dial(t, s)
				if _, err := io.WriteString(conn, strings.ReplaceAll(test.raw, "HOST", "localhost:"+s.Port())); err != nil {
					t.Fatal(err)
				}
				_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
				raw, err := io.ReadAll(conn) // until the server ends it
				if err != nil {
					t.Fatal(err)
				}
				if got := answers(t, string(raw)); len(got) != 1 || !strings.HasPrefix(got[0], test.want) {
					t.Errorf("expected one answer of %q, got %q", test.want, got)
				}
			})
		}
	}
	t.Cleanup(func() {
		if seen := api.invocations(); len(seen) > 0 {
			t.Errorf("the function got %q", seen)
		}
	})
}

// siteBefore returns a site that forwards everything to an API.
func siteBefore(t *testing.T, api *rawAPI) *cdn.Distribution {
	t.Helper()
	origin, err := url.Parse(api.server.URL())
	if err != nil {
		t.Fatal(err)
	}
	d := cdn.New(cdn.Options{})
	commit, err := d.Prepare(t.Context(), cdn.Config{
		Origins: []cdn.Origin{{ID: "api", URL: origin}},
		Default: cdn.Behavior{OriginID: "api", Forward: cdn.ForwardAllViewerExceptHost, AllowedMethods: []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	commit()
	return d
}

// TestIdleTimeoutDoesNotLimitAnswers: a request without a body, or whose body has
// ended, may take longer.
func TestIdleTimeoutDoesNotLimitAnswers(t *testing.T) {
	t.Parallel()
	s := serveHandler(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
			http.Error(w, "cancelled", http.StatusInternalServerError)
		case <-time.After(100 * time.Millisecond):
		}
	}), withShortTimeout)
	for _, body := range []string{"Content-Length: 0\r\n\r\n", "Content-Length: 2\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"} {
		conn := dial(t, s)
		fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n%s", s.Port(), body)
		raw, err := io.ReadAll(conn)
		if err != nil {
			t.Fatal(err)
		}
		if got := answers(t, string(raw)); !slices.Equal(got, []string{"200 "}) {
			t.Errorf("%q: expected an answer, got %q", body, got)
		}
	}
}

// deadlines records how far ahead each read deadline was.
type deadlines struct {
	http.ResponseWriter
	ahead []time.Duration
}

func (d *deadlines) SetReadDeadline(at time.Time) error {
	d.ahead = append(d.ahead, time.Until(at).Round(time.Hour))
	return nil
}

// TestEachReadExtendsTheDeadline of a body, except after its end and after the answer.
func TestEachReadExtendsTheDeadline(t *testing.T) {
	t.Parallel()
	s := &Server{bodyIdleTimeout: 5 * time.Hour}
	for name, test := range map[string]struct {
		read func(body io.Reader)
		want int
	}{
		"read beyond its end": {func(body io.Reader) {
			io.Copy(io.Discard, body)
			body.Read(make([]byte, 1))
		}, 4},
		"read in part": {func(body io.Reader) { body.Read(make([]byte, 1)) }, 2},
	} {
		w := &deadlines{ResponseWriter: httptest.NewRecorder()}
		r := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader("a"), strings.NewReader("b")))
		var body io.Reader
		s.limitBodyIdle(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body = r.Body
			test.read(body)
		})).ServeHTTP(w, r)
		body.Read(make([]byte, 1))
		if want := slices.Repeat([]time.Duration{s.bodyIdleTimeout}, test.want); !slices.Equal(w.ahead, want) {
			t.Errorf("%s: expected a deadline at the start and one at each read, %v, got %v", name, want, w.ahead)
		}
	}
}
