package gateway

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// discardWriter is a minimal http.ResponseWriter.
type discardWriter struct{ header http.Header }

func (w discardWriter) Header() http.Header         { return w.header }
func (w discardWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w discardWriter) WriteHeader(int)             {}

// BenchmarkPrivate is a call without a socket, with a token that is not new: the gateway's
// own cost. A new token's signature takes about 50 µs more.
func BenchmarkPrivate(b *testing.B) {
	i := newIssuer(b, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Stages[0].ThrottleRate, cfg.Stages[0].ThrottleBurst = 1e9, 1e9
	cfg.Stages[0].AccessLogFormat = `{"requestId":"$context.requestId","status":"$context.status","error":"$context.authorizer.error"}`
	cfg.AccessLog = io.Discard
	handler := mustNew(b, cfg).Handler()
	r := httptest.NewRequest("GET", "/api/private", nil)
	r.Header.Set("Authorization", "Bearer "+i.token(b))
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(discardWriter{http.Header{}}, r)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// BenchmarkPublic is the same without a token.
func BenchmarkPublic(b *testing.B) {
	cfg := testConfig(nil)
	cfg.Routes = cfg.Routes[:1]
	cfg.Stages[0].ThrottleRate, cfg.Stages[0].ThrottleBurst = 1e9, 1e9
	handler := mustNew(b, cfg).Handler()
	r := httptest.NewRequest("GET", "/api/public", nil)
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(discardWriter{http.Header{}}, r)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// BenchmarkSocket has 16 connections: verified calls, compared with a bare net/http
// server, which is the ceiling.
func BenchmarkSocket(b *testing.B) {
	i := newIssuer(b, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.Stages[0].ThrottleRate, cfg.Stages[0].ThrottleBurst = 1e9, 1e9
	cfg.Routes[1].Function = named(func(context.Context, []byte) ([]byte, error) { return []byte(hello), nil })
	token := "Bearer " + i.token(b)
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Hello") })
	for _, test := range []struct {
		name    string
		handler http.Handler
	}{{"private", mustNew(b, cfg).Handler()}, {"bare", bare}} {
		b.Run(test.name, func(b *testing.B) {
			server := httptest.NewServer(test.handler)
			defer server.Close()
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			b.SetParallelism(8)
			b.RunParallel(func(next *testing.PB) {
				for next.Next() {
					r, _ := http.NewRequest("GET", server.URL+"/api/private", nil)
					r.Header.Set("Authorization", token)
					answer, err := client.Do(r)
					if err != nil {
						b.Error(err)
						return
					}
					io.Copy(io.Discard, answer.Body)
					answer.Body.Close()
					if answer.StatusCode != 200 {
						b.Errorf("got %d", answer.StatusCode)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
		})
	}
}
