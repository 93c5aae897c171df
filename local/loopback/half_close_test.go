package loopback

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// onClientEnd closes noticed when the server sees that a client sends no more.
func onClientEnd(noticed chan struct{}) func(*Server) {
	var once sync.Once
	return func(s *Server) {
		next := s.http.Handler
		s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			context.AfterFunc(r.Context(), func() { once.Do(func() { close(noticed) }) })
			next.ServeHTTP(w, r)
		})
	}
}

// TestHalfClosedClientGetsAnswer: a client that closes its sending direction after a
// whole request gets its answer, from the site as from the API.
func TestHalfClosedClientGetsAnswer(t *testing.T) {
	t.Parallel()
	const post = "POST /a HTTP/1.1\r\nHost: HOST\r\n"
	for name, raw := range map[string]string{
		"no body": "GET /a HTTP/1.1\r\nHost: HOST\r\n\r\n",
		"length":  post + "Content-Length: 3\r\n\r\nabc",
		"chunks":  post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
	} {
		want := "200 POST /a abc"
		if name == "no body" {
			want = "200 GET /a "
		}
		for _, through := range []string{"API", "site"} {
			t.Run(name+", "+through, func(t *testing.T) {
				t.Parallel()
				noticed := make(chan struct{})
				var api *rawAPI
				var target *Server
				if through == "API" {
					api = newRawAPI(t, onClientEnd(noticed))
					target = api.server
				} else {
					api = newRawAPI(t)
					target = serveHandler(t, siteBefore(t, api).Handler(), onClientEnd(noticed))
				}
				api.wait = noticed
				if got := answers(t, exchange(t, target, raw)); !slices.Equal(got, []string{want}) {
					t.Errorf("expected %q, got %q", want, got)
				}
			})
		}
	}
}

// TestHalfClosedClientWaitsForReload, and does not get an empty answer at once.
func TestHalfClosedClientWaitsForReload(t *testing.T) {
	t.Parallel()
	noticed := make(chan struct{})
	api := newRawAPI(t, onClientEnd(noticed), func(s *Server) {
		s.cfg.Wait = func(ctx context.Context) error {
			<-noticed
			return ctx.Err()
		}
	})
	got := answers(t, exchange(t, api.server, "GET /a HTTP/1.1\r\nHost: HOST\r\n\r\n"))
	if !slices.Equal(got, []string{"200 GET /a "}) {
		t.Errorf("got %q", got)
	}
}

// TestCloseEndsRequests of clients that are connected and of those that have left.
func TestCloseEndsRequests(t *testing.T) {
	t.Parallel()
	for _, leaves := range []bool{false, true} {
		noticed, begun, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
		s := serveHandler(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(begun)
			<-r.Context().Done()
			close(ended)
		}), onClientEnd(noticed))
		conn := dial(t, s)
		if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: localhost:" + s.Port() + "\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		<-begun
		if leaves {
			conn.Close()
			<-noticed
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		<-ended
	}
}
