package loopback

import (
	"context"
	"net/http"
)

// outliveClient has a request handled to its end when nothing more comes from
// its client. One that has left looks like one that has closed its own direction
// alone and waits for its answer (RFC 9112, section 9.6); net/http takes both for
// the first and cancels, and a proxy then answers 502. Requests still end with
// the server.
func (s *Server) outliveClient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
		defer cancel()
		defer context.AfterFunc(s.serving, cancel)()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
