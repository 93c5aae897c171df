// Package loopback serves HTTP to this machine only. It listens on both loopback
// addresses, and refuses requests whose Host header does not name this machine, whose
// framing is ambiguous (package framing), or whose body is idle.
//
// It must not know what its handlers serve, nor log requests by itself.
package loopback

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"api-auth-jwt-auth0/local/framing"
)

// A Config is where a server listens and what surrounds its handler.
type Config struct {
	Name string // in errors, such as "site"
	Port int    // on 127.0.0.1 and ::1; 0 for any free one
	// Wrap wraps the handling of every request, including refused ones, such as to
	// log them. It may be nil.
	Wrap func(http.Handler) http.Handler
	// Wait returns when a request may be handled, or the error of its context. If it
	// is nil, requests do not wait.
	Wait func(context.Context) error
	// EndWithClient cancels a request when its client leaves, as streams of events
	// need. Without it, a client that has only closed its sending direction still
	// gets its answer.
	EndWithClient bool
	ErrorLog      *log.Logger // of net/http
}

// A Server serves one origin on a loopback port.
type Server struct {
	cfg             Config
	listeners       []net.Listener // 127.0.0.1, and ::1 where there is one
	http            *http.Server
	bodyIdleTimeout time.Duration
	handler         atomic.Pointer[http.Handler]

	serving context.Context // ends with Close
	end     context.CancelFunc
}

// ErrInUse is the error of a port that another program listens on.
var ErrInUse = errors.New("is in use")

// Listen listens on the port. Until Handle is called, the answer is 503.
func Listen(cfg Config) (*Server, error) {
	listeners, err := listenLoopback(cfg.Port)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d, for the %s, %w%s: stop the program that uses it, or choose other ports, such as with -port %d", cfg.Port, cfg.Name, ErrInUse, onIPv6(err), otherPort(cfg.Port))
	}
	if err != nil {
		return nil, fmt.Errorf("listening for the %s: %w", cfg.Name, err)
	}
	s := &Server{cfg: cfg, listeners: listeners, bodyIdleTimeout: bodyIdleTimeout}
	s.serving, s.end = context.WithCancel(context.Background())
	s.Handle(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the local cloud is starting", http.StatusServiceUnavailable)
	}))
	handler := http.Handler(http.HandlerFunc(s.serveHTTP))
	if !cfg.EndWithClient {
		handler = s.outliveClient(handler)
	}
	handler = s.checkHost(handler)
	if cfg.Wrap != nil {
		handler = cfg.Wrap(handler)
	}
	s.http = &http.Server{
		Handler:           s.limitBodyIdle(handler),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10, // above the limits of API Gateway and CloudFront, which answer in their own words
		ErrorLog:          cfg.ErrorLog,

		// Or "OPTIONS *" would be answered before the Host header is checked.
		DisableGeneralOptionsHandler: true,
	}
	return s, nil
}

// listenLoopback listens on a port of both loopback addresses. Port 0 is a free one of
// 127.0.0.1, which may be in use on ::1; then it tries another.
func listenLoopback(port int) (listeners []net.Listener, err error) {
	for range 10 {
		listeners, err = listenTwice(port)
		if port != 0 || !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return listeners, err
}

// listenTwice fails if the port is in use on either address. Browsers try ::1 first
// for localhost: another program with that port would get the site's visitors, and
// their codes. A machine without IPv6 has 127.0.0.1 only.
func listenTwice(port int) ([]net.Listener, error) {
	v4, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	v6, err := net.Listen("tcp6", net.JoinHostPort("::1", portOf(v4)))
	switch {
	case err == nil:
		return []net.Listener{v4, v6}, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, errors.Join(err, v4.Close())
	}
	return []net.Listener{v4}, nil
}

func portOf(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String()) // a TCP address has a port
	return port
}

// onIPv6 names the address on which a port is in use, unless it is 127.0.0.1.
func onIPv6(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Net == "tcp6" {
		return " on ::1"
	}
	return ""
}

// otherPort returns an unprivileged port, with room for four, that differs from port.
func otherPort(port int) int {
	next := port/1000*1000 + 1000
	if next < 1024 || next > 65_000 {
		return 3000
	}
	return next
}

// Port returns the port on which the server listens.
func (s *Server) Port() string { return portOf(s.listeners[0]) }

// URL returns the server's origin.
func (s *Server) URL() string { return "http://localhost:" + s.Port() }

// Handle replaces the handler. Requests that are being handled keep the old one.
func (s *Server) Handle(h http.Handler) { s.handler.Store(&h) }

func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Wait != nil && s.cfg.Wait(r.Context()) != nil {
		return // the server closes, or the client has left
	}
	(*s.handler.Load()).ServeHTTP(w, r)
}

// checkHost refuses requests for other host names. A site can make its own host name
// resolve to this machine (DNS rebinding), and its requests would be same-origin here.
func (s *Server) checkHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Host {
		case "localhost:" + s.Port(), "127.0.0.1:" + s.Port(), "[::1]:" + s.Port():
			next.ServeHTTP(w, r)
		default:
			http.Error(w, "this server answers to "+s.URL()+" only", http.StatusMisdirectedRequest)
		}
	})
}

// Serve serves in the background until Close. It sends an error to failed if a
// listener ends earlier.
func (s *Server) Serve(failed chan<- error) {
	for _, l := range s.listeners {
		go func() {
			if err := s.http.Serve(framing.Listener{Listener: l}); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serving the %s: %w", s.cfg.Name, err)
			}
		}()
	}
}

// Close closes the listeners and all connections at once, and cancels the requests.
func (s *Server) Close() error {
	s.end()
	errs := []error{s.http.Close()}
	for _, l := range s.listeners {
		errs = append(errs, ignoreClosed(l.Close()))
	}
	return errors.Join(errs...)
}

// ignoreClosed ignores the error of a listener that its server has closed.
func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
