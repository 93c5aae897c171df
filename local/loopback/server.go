// Package loopback serves HTTP on this machine alone: on both loopback addresses,
// for requests whose Host header names this machine, framed without ambiguity, with
// bodies that keep coming. It does not know what it serves.
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

// A Config says where a server listens and what surrounds its handler.
type Config struct {
	Name string // of the server in errors, such as "site"
	Port int    // on 127.0.0.1 and ::1; 0 for any free one
	// Wrap surrounds the handling of each request, the refused ones included, such as
	// to log it. Nil does nothing.
	Wrap func(http.Handler) http.Handler
	// Wait returns when a request may be handled. Its error is the context's. Nil does
	// not wait.
	Wait func(context.Context) error
	// EndWithClient ends the handling of a request once its client is gone, as streams
	// of events need. Otherwise a client that has closed its own direction alone still
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

// Listen takes the port. Until Handle, requests are answered with 503.
func Listen(cfg Config) (*Server, error) {
	listeners, err := listenLoopback(cfg.Port)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d, for the %s, is in use%s: stop the program that uses it, or choose other ports, such as with -port %d", cfg.Port, cfg.Name, onIPv6(err), otherPort(cfg.Port))
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

// listenLoopback takes a port on both of the machine's loopback addresses. Any
// port is chosen for 127.0.0.1 and can be taken on ::1; then another is tried.
func listenLoopback(port int) (listeners []net.Listener, err error) {
	for range 10 {
		listeners, err = listenTwice(port)
		if port != 0 || !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return listeners, err
}

// listenTwice leaves no address out. Browsers try ::1 first for localhost:
// another program that held the port there would get the site's visitors, and
// their codes. A machine without IPv6 has the one address.
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

// onIPv6 says where a port is in use, if that does not show on 127.0.0.1.
func onIPv6(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Net == "tcp6" {
		return " on ::1"
	}
	return ""
}

// otherPort is a port that anyone may take, far enough from port for four to
// fit.
func otherPort(port int) int {
	next := port/1000*1000 + 1000
	if next < 1024 || next > 65_000 {
		return 3000
	}
	return next
}

// Port is the one that the server listens on.
func (s *Server) Port() string { return portOf(s.listeners[0]) }

// URL is the server's origin.
func (s *Server) URL() string { return "http://localhost:" + s.Port() }

// Handle replaces the handler. Requests that are being handled end as they began.
func (s *Server) Handle(h http.Handler) { s.handler.Store(&h) }

func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Wait != nil && s.cfg.Wait(r.Context()) != nil {
		return // the server closes
	}
	(*s.handler.Load()).ServeHTTP(w, r)
}

// checkHost refuses requests for other host names. A page of the internet can
// let its own name point at this machine (DNS rebinding), and its requests
// would otherwise be same-origin here.
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

// Serve serves in the background until Close. Where it ends by itself, it sends why.
func (s *Server) Serve(failed chan<- error) {
	for _, l := range s.listeners {
		go func() {
			if err := s.http.Serve(framing.Listener{Listener: l}); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serving the %s: %w", s.cfg.Name, err)
			}
		}()
	}
}

// Close ends the server with its connections at once.
func (s *Server) Close() error {
	s.end()
	errs := []error{s.http.Close()}
	for _, l := range s.listeners {
		errs = append(errs, ignoreClosed(l.Close()))
	}
	return errors.Join(errs...)
}

// ignoreClosed drops the error of a listener that its server has closed already.
func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
