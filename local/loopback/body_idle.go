package loopback

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// bodyIdleTimeout is how long a request's body may be idle. It does not limit the
// whole time of a body, so that 10 MB can come over any line. It equals the time for
// which API Gateway and CloudFront wait for an integration or an origin.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const bodyIdleTimeout = 30 * time.Second

// limitBodyIdle ends requests whose body has been idle for the server's limit, and
// their connections. Requests without a body have no limit: their answer may be a
// stream of events, or a WebSocket.
func (s *Server) limitBodyIdle(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		body := &idleTimeoutBody{ReadCloser: r.Body, conn: http.NewResponseController(w), timeout: s.bodyIdleTimeout}
		body.extend() // even if next does not read it: net/http does, before it answers
		defer body.end()
		r = r.WithContext(r.Context())
		r.Body = body
		next.ServeHTTP(w, r)
	})
}

// idleTimeoutBody extends the connection's read deadline at each read until the end
// of the body, where net/http removes the deadline and waits for the client to leave.
type idleTimeoutBody struct {
	io.ReadCloser
	conn    *http.ResponseController
	timeout time.Duration

	mu    sync.Mutex // a proxy may read while its handler returns
	ended bool       // the deadline is the next request's
}

func (b *idleTimeoutBody) Read(p []byte) (int, error) {
	b.extend()
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.end()
	}
	return n, err
}

// extend ignores the error of a closed connection, which the read returns as well.
func (b *idleTimeoutBody) extend() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		_ = b.conn.SetReadDeadline(time.Now().Add(b.timeout))
	}
}

func (b *idleTimeoutBody) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
}
