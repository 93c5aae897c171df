package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"api-auth-jwt-auth0/local/framing"
)

// A server serves one origin of the local cloud on a loopback port.
type server struct {
	name      string
	listeners []net.Listener // 127.0.0.1, and ::1 where there is one
	http      *http.Server
	silence   time.Duration                // of a body, after which it is given up
	handler   atomic.Pointer[http.Handler] // nil before Deploy

	serving context.Context // ends with close
	end     context.CancelFunc

	// hold, when set, returns when a request may be handled, by what handles
	// requests then. The error is the context's.
	hold func(context.Context) error
}

func listen(name string, port int, terminal *terminal) (*server, error) {
	listeners, err := listenLoopback(port)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d, for the %s, is in use%s: stop the program that uses it, or choose other ports, such as with -port %d", port, name, onIPv6(err), otherPort(port))
	}
	if err != nil {
		return nil, fmt.Errorf("listening for the %s: %w", name, err)
	}
	s := &server{name: name, listeners: listeners, silence: bodySilence}
	s.serving, s.end = context.WithCancel(context.Background())
	handler := http.Handler(http.HandlerFunc(s.serveHTTP))
	if name != "console" { // whose streams end with their page
		handler = s.outliveClient(handler)
	}
	s.http = &http.Server{
		Handler:           s.endSilence(terminal.logRequests(name, s.checkHost(handler))),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10, // above the limits of API Gateway and CloudFront, which answer in their own words
		ErrorLog:          terminal.serverErrors(name),

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

// onIPv6 tells where a port is in use, if a look at 127.0.0.1 would not show it.
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

func (s *server) port() string { return portOf(s.listeners[0]) }

func (s *server) url() string { return "http://localhost:" + s.port() }

func (s *server) handle(h http.Handler) { s.handler.Store(&h) }

func (s *server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	if s.hold != nil && s.hold(r.Context()) != nil {
		return // the server closes
	}
	h := s.handler.Load()
	if h == nil {
		http.Error(w, "the local cloud is starting", http.StatusServiceUnavailable)
		return
	}
	(*h).ServeHTTP(w, r)
}

// checkHost refuses requests for other host names. A page of the internet can
// let its own name point at this machine (DNS rebinding), and its requests
// would otherwise be same-origin here.
func (s *server) checkHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Host {
		case "localhost:" + s.port(), "127.0.0.1:" + s.port(), "[::1]:" + s.port():
			next.ServeHTTP(w, r)
		default:
			http.Error(w, "this server answers to "+s.url()+" only", http.StatusMisdirectedRequest)
		}
	})
}

// serve serves until close, or says why it ended by itself.
func (s *server) serve(failed chan<- error) {
	for _, l := range s.listeners {
		go func() {
			if err := s.http.Serve(framing.Listener{Listener: l}); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serving the %s: %w", s.name, err)
			}
		}()
	}
}

// close ends the server with its connections at once.
func (s *server) close() error {
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
