package loopback

import (
	"context"
	"net/http"
)

// outliveClient completes requests whose client sends no more. A client that has left
// cannot be distinguished from one that has closed its sending direction and waits
// for the answer (RFC 9112, section 9.6): net/http cancels the request of both, and a
// proxy would answer 502. Requests still end with the server.
func (s *Server) outliveClient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
		defer cancel()
		defer context.AfterFunc(s.serving, cancel)()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
