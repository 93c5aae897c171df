package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// A server serves one origin of the local cloud on a loopback port.
type server struct {
	name     string
	listener net.Listener
	http     *http.Server
	handler  atomic.Pointer[http.Handler] // nil before Deploy
}

func listen(name string, port int, terminal *terminal) (*server, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d, for the %s, is in use: stop the program that uses it, or choose other ports, such as with -port %d", port, name, otherPort(port))
	}
	if err != nil {
		return nil, fmt.Errorf("listening for the %s: %w", name, err)
	}
	s := &server{name: name, listener: listener}
	s.http = &http.Server{
		Handler:           terminal.logRequests(name, s.checkHost(http.HandlerFunc(s.serveHTTP))),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10, // above the limits of API Gateway and CloudFront, which answer in their own words
		ErrorLog:          terminal.serverErrors(name),
	}
	return s, nil
}

// otherPort is far enough from port for three more to fit.
func otherPort(port int) int { return port/1000*1000 + 1000 }

func (s *server) port() string {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String()) // a TCP address has a port
	return port
}

func (s *server) url() string { return "http://localhost:" + s.port() }

func (s *server) handle(h http.Handler) { s.handler.Store(&h) }

func (s *server) serveHTTP(w http.ResponseWriter, r *http.Request) {
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
		case "localhost:" + s.port(), "127.0.0.1:" + s.port():
			next.ServeHTTP(w, r)
		default:
			http.Error(w, "this server answers to "+s.url()+" only", http.StatusMisdirectedRequest)
		}
	})
}

// serve serves until close, or says why it ended by itself.
func (s *server) serve(failed chan<- error) {
	if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		failed <- fmt.Errorf("serving the %s: %w", s.name, err)
	}
}

// close ends the server with its connections at once.
func (s *server) close() error {
	return errors.Join(s.http.Close(), ignoreClosed(s.listener.Close()))
}

// ignoreClosed drops the error of a listener that its server has closed already.
func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
