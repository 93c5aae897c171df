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

// pipeListener accepts the connections that its dial makes, without a socket, so
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

const (
	pipeIssuer    = "http://127.0.0.1/"
	pipeDiscovery = `{"issuer":"` + pipeIssuer + `","jwks_uri":"` + pipeIssuer + `keys"}`
)

func pipeKeys() string { return jwks(jwk(testKeyID, testKey())) }

// pipeSource fetches over HTTP from handler, whatever the host. It returns how
// often that was not the issuer's.
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

// httpFault is what an issuer serves, and the result.
type httpFault struct {
	name            string
	discovery, keys http.HandlerFunc
	want            string // "" for a key
	took            time.Duration
}

// TestIssuerFaultsOverHTTP has net/http on both ends: what an issuer can do
// wrong with time, length, compression and redirects.
func TestIssuerFaultsOverHTTP(t *testing.T) {
	t.Parallel()
	for _, test := range append(timeFaults(), contentFaults()...) {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mux := http.NewServeMux()
				mux.Handle(discoverySuffix, test.discovery)
				mux.Handle("/keys", test.keys)
				mux.Handle("/other", servesText(pipeKeys()))
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

// timeFaults are slow or missing answers of an issuer.
func timeFaults() []httpFault {
	const edge = documentedTimeout - time.Millisecond
	discovery, good := servesText(pipeDiscovery), servesText(pipeKeys())
	return []httpFault{
		{"well", discovery, good, "", 0},
		{"compressed", servesZipped(pipeDiscovery), servesZipped(pipeKeys()), "", 0},
		{"each just in time", servesAfter(edge, pipeDiscovery), servesAfter(edge, pipeKeys()), "", 2 * edge},
		{"discovery late", servesAfter(documentedTimeout+1, pipeDiscovery), good, discoveryFailed, documentedTimeout},
		{"keys late", discovery, servesAfter(documentedTimeout+1, pipeKeys()), jwksFailed, documentedTimeout},
		{"discovery dripping", drips(pipeDiscovery, time.Minute), good, discoveryFailed, documentedTimeout},
		{"keys dripping", discovery, drips(pipeKeys(), time.Minute), jwksFailed, documentedTimeout},
		{"discovery endless", endless, good, discoveryFailed, 0},
		{"keys endless", discovery, endless, jwksFailed, 0},
		{"discovery aborted", aborted, good, discoveryFailed, 0},
		{"keys aborted", discovery, aborted, jwksFailed, 0},
	}
}

// contentFaults are wrong answers of an issuer.
func contentFaults() []httpFault {
	good := pipeKeys()
	discovery := servesText(pipeDiscovery)
	return []httpFault{
		{"keys small when compressed, 1 MB when not", discovery, servesZipped(good + strings.Repeat(" ", 1<<20)), jwksFailed, 0},
		{"keys called compressed", discovery, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, good)
		}, jwksFailed, 0},
		{"keys shorter than their length", discovery, cutShort(good), jwksFailed, 0},
		{"discovery redirects to itself", redirectsTo(pipeIssuer+discoverySuffix[1:], 302), servesText(good), discoveryFailed, 0},
		{"discovery redirects to another", redirectsTo("http://127.0.0.2/", 301), servesText(good), discoveryFailed, 0},
		{"keys redirect to another", discovery, redirectsTo("http://127.0.0.2/keys", 307), jwksFailed, 0},
		{"keys redirect within the issuer", discovery, redirectsTo(pipeIssuer+"other", 308), jwksFailed, 0},
		{"another issuer answers", servesText(strings.ReplaceAll(pipeDiscovery, "127.0.0.1", "127.0.0.2")), servesText(good), discoveryFailed, 0},
		{"keys are HTML", discovery, servesText("<!doctype html>"), jwksFailed, 0},
		{"keys 204", discovery, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, jwksFailed, 0},
		{"keys nested beyond reason", discovery, servesText(`{"keys":` + strings.Repeat("[", 140_000)), jwksFailed, 0},
	}
}

func servesText(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }
}

func servesZipped(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		io.WriteString(z, text)
	}
}

func servesAfter(d time.Duration, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(d):
			io.WriteString(w, text)
		case <-r.Context().Done():
		}
	}
}

// drips sends text byte by byte, so that the headers come at once and the end
// comes after d.
func drips(text string, d time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
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
}

func redirectsTo(url string, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, url, status) }
}

// cutShort promises one byte more than it sends.
func cutShort(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(text)+1))
		io.WriteString(w, text)
	}
}

func aborted(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func endless(w http.ResponseWriter, _ *http.Request) {
	for {
		if _, err := io.WriteString(w, strings.Repeat(" ", 4096)); err != nil {
			return
		}
	}
}
