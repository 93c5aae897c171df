package main

import (
	"io"
	"net/http"
	"time"
)

// bodySilence is how long no byte of a request's body may arrive. It bounds the
// silence and not the body's whole time, so that 10 MB pass over any line; it is
// as long as API Gateway and CloudFront wait for what is behind them.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const bodySilence = 30 * time.Second

// endSilence gives a body up, with its connection, after a silence of the
// server's limit. A request without a body has no limit: its answer may be a
// stream of events, or a WebSocket.
func (s *server) endSilence(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		body := &awaitedBody{ReadCloser: r.Body, conn: http.NewResponseController(w), silence: s.silence}
		body.await() // also if nobody reads it: net/http does, before it answers
		r = r.WithContext(r.Context())
		r.Body = body
		next.ServeHTTP(w, r)
	})
}

// awaitedBody renews the connection's deadline at each read. Past the end there
// is none, or it would cancel the request while its answer is being made.
type awaitedBody struct {
	io.ReadCloser
	conn    *http.ResponseController
	silence time.Duration
	ended   bool
}

func (b *awaitedBody) Read(p []byte) (int, error) {
	if !b.ended {
		b.await()
	}
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.ended = true
		_ = b.conn.SetReadDeadline(time.Time{})
	}
	return n, err
}

// await ignores the error of a connection that is gone, which the read meets.
func (b *awaitedBody) await() { _ = b.conn.SetReadDeadline(time.Now().Add(b.silence)) }
