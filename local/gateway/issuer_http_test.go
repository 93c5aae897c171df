package gateway

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// pipeListener accepts what its dial makes: connections without a socket, so
// that a real server and a real client run on a bubble's clock.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { close(l.done); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

const pipeIssuer = "http://127.0.0.1/"

// pipeSource fetches over HTTP from handler, whatever host it asks for. It
// returns how often it was not the issuer's.
func pipeSource(t *testing.T, handler http.Handler) (s *keySource, foreign *atomic.Int64) {
	t.Helper()
	foreign = &atomic.Int64{}
	l := &pipeListener{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "127.0.0.1" {
			foreign.Add(1)
		}
		handler.ServeHTTP(w, r)
	})}
	go server.Serve(l)
	transport := &http.Transport{DialContext: l.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	return newKeySource(pipeIssuer, &http.Client{Transport: transport}, time.Now, discard), foreign
}

// drip writes text byte by byte, so that the headers come at once and the end
// comes after d.
func drip(w http.ResponseWriter, r *http.Request, text string, d time.Duration) {
	for n := range len(text) {
		io.WriteString(w, text[n:n+1])
		w.(http.Flusher).Flush()
		select {
		case <-time.After(d / time.Duration(len(text))):
		case <-r.Context().Done():
			return
		}
	}
}

// TestIssuerFaultsOverHTTP has net/http on both ends: what an issuer can do
// wrong with time, length, compression and redirects.
func TestIssuerFaultsOverHTTP(t *testing.T) {
	t.Parallel()
	const discovery = `{"issuer":"` + pipeIssuer + `","jwks_uri":"` + pipeIssuer + `keys"}`
	good := jwks(jwk(testKeyID, testKey()))
	text := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }
	}
	zipped := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer z.Close()
			io.WriteString(z, text)
		}
	}
	after := func(d time.Duration, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(d):
				io.WriteString(w, text)
			case <-r.Context().Done():
			}
		}
	}
	dripped := func(text string, d time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { drip(w, r, text, d) }
	}
	to := func(url string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, url, status) }
	}
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(good)+1))
		io.WriteString(w, good)
	}
	aborted := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	endless := func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := io.WriteString(w, strings.Repeat(" ", 4096)); err != nil {
				return
			}
		}
	}
	const edge = fetchTimeout - time.Millisecond
	for _, test := range []struct {
		name            string
		discovery, keys http.HandlerFunc
		want            string // "" for a key
		took            time.Duration
	}{
		{"well", text(discovery), text(good), "", 0},
		{"compressed", zipped(discovery), zipped(good), "", 0},
		{"each just in time", after(edge, discovery), after(edge, good), "", 2 * edge},
		{"discovery late", after(fetchTimeout+1, discovery), text(good), discoveryFailed, fetchTimeout},
		{"keys late", text(discovery), after(fetchTimeout+1, good), jwksFailed, fetchTimeout},
		{"discovery dripping", dripped(discovery, time.Minute), text(good), discoveryFailed, fetchTimeout},
		{"keys dripping", text(discovery), dripped(good, time.Minute), jwksFailed, fetchTimeout},
		{"discovery endless", endless, text(good), discoveryFailed, 0},
		{"keys endless", text(discovery), endless, jwksFailed, 0},
		{"keys small when compressed, 1 MB when not", text(discovery), zipped(good + strings.Repeat(" ", 1<<20)), jwksFailed, 0},
		{"keys called compressed", text(discovery), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, good)
		}, jwksFailed, 0},
		{"keys shorter than their length", text(discovery), cut, jwksFailed, 0},
		{"discovery aborted", aborted, text(good), discoveryFailed, 0},
		{"keys aborted", text(discovery), aborted, jwksFailed, 0},
		{"discovery redirects to itself", to(pipeIssuer+discoverySuffix[1:], 302), text(good), discoveryFailed, 0},
		{"discovery redirects to another", to("http://127.0.0.2/", 301), text(good), discoveryFailed, 0},
		{"keys redirect to another", text(discovery), to("http://127.0.0.2/keys", 307), jwksFailed, 0},
		{"keys redirect within the issuer", text(discovery), to(pipeIssuer+"other", 308), jwksFailed, 0},
		{"another issuer answers", text(strings.ReplaceAll(discovery, "127.0.0.1", "127.0.0.2")), text(good), discoveryFailed, 0},
		{"keys are HTML", text(discovery), text("<!doctype html>"), jwksFailed, 0},
		{"keys 204", text(discovery), func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, jwksFailed, 0},
		{"keys nested beyond reason", text(discovery), text(`{"keys":` + strings.Repeat("[", 140_000)), jwksFailed, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mux := http.NewServeMux()
				mux.Handle(discoverySuffix, test.discovery)
				mux.Handle("/keys", test.keys)
				mux.Handle("/other", text(good))
				s, foreign := pipeSource(t, mux)
				start := time.Now()
				_, err := s.key(t.Context(), testKeyID)
				if got := fmt.Sprint(err); err == nil && test.want != "" || err != nil && got != test.want {
					t.Errorf("expected %q, got %q", test.want, got)
				}
				if took := time.Since(start); took != test.took {
					t.Errorf("expected to wait %s, got %s", test.took, took)
				}
				if n := foreign.Load(); n != 0 {
					t.Errorf("asked another host %d times", n)
				}
			})
		})
	}
}
