package loopback

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// bodyIdleTimeout is how long no byte of a request's body may arrive. It bounds the
// idle time and not the body's whole time, so that 10 MB pass over any line; it is
// as long as API Gateway and CloudFront wait for what is behind them.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const bodyIdleTimeout = 30 * time.Second

// limitBodyIdle gives up a body, with its connection, that has been idle for the
// server's limit. A request without a body has no limit: its answer may be a
// stream of events, or a WebSocket.
func (s *Server) limitBodyIdle(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		body := &idleTimeoutBody{ReadCloser: r.Body, conn: http.NewResponseController(w), timeout: s.bodyIdleTimeout}
		body.extend() // also if nobody reads it: net/http does, before it answers
		defer body.end()
		r = r.WithContext(r.Context())
		r.Body = body
		next.ServeHTTP(w, r)
	})
}

// idleTimeoutBody renews the connection's deadline at each read, up to the body's
// end. There net/http takes it away, to watch whether the client goes.
type idleTimeoutBody struct {
	io.ReadCloser
	conn    *http.ResponseController
	timeout time.Duration

	mu    sync.Mutex // a proxy may read while its handler returns
	ended bool       // the connection is the next request's
}

func (b *idleTimeoutBody) Read(p []byte) (int, error) {
	b.extend()
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.end()
	}
	return n, err
}

// extend ignores the error of a connection that is gone, which the read returns.
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
