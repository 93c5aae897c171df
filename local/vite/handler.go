package vite

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
)

// A Header is one that every answer of the site has.
type Header struct{ Name, Value string }

const policyHeader = "Content-Security-Policy"

// Handler serves the page, at /index.html, its modules and its files with these
// headers, with a content security policy that also allows what Vite needs. Another
// Handler with other headers may be made while pages are open.
func (s *Server) Handler(headers []Header) (http.Handler, error) {
	a := &answer{headers: headers}
	for _, h := range headers {
		if strings.EqualFold(h.Name, policyHeader) {
			opened, err := openPolicy(h.Value, s.origin.Host)
			if err != nil {
				return nil, err
			}
			a.policy = &opened
		}
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(s.target)
			r.Out.Host = r.In.Host
			// A browser's cached copy would have the nonce of another answer.
			r.Out.Header.Del("If-None-Match")
		},
		ModifyResponse: a.modify,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "the web app's development server does not answer: "+err.Error(), http.StatusBadGateway)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if foreign(r) {
			http.Error(w, "other sites may not read this one's sources", http.StatusForbidden)
			return
		}
		proxy.ServeHTTP(plainWriter{w, s.cfg.Unframed}, r)
	}), nil
}

// foreign reports whether a page of another site sent a request, other than a
// navigation to a page, such as a link or the redirect after signing in.
// https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
func foreign(r *http.Request) bool {
	if got := r.Header.Get("Origin"); got != "" && got != "http://"+r.Host {
		return true
	}
	site := r.Header.Get("Sec-Fetch-Site")
	link := r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Dest") == "document" && isPage(r.URL.Path)
	return site != "" && site != "same-origin" && site != "none" && !link
}

// IsModule reports whether a path is one that only Vite has: the sources' modules,
// and what it adds, such as /@vite/client.
func IsModule(urlPath string) bool {
	for _, prefix := range []string{"/@", "/__", "/src/", "/node_modules/"} {
		if strings.HasPrefix(urlPath, prefix) {
			return true
		}
	}
	return false
}

// isPage reports whether a path is the page's, to which page paths are rewritten.
func isPage(urlPath string) bool { return urlPath == "/" || urlPath == "/index.html" }

// answer turns Vite's answers into the site's.
type answer struct {
	headers []Header
	policy  *policy // nil for none
}

func (a *answer) modify(response *http.Response) error {
	for _, h := range a.headers {
		response.Header.Set(h.Name, h.Value)
	}
	nonce := rand.Text()
	if a.policy != nil {
		response.Header.Set(policyHeader, a.policy.with(nonce))
	}
	if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	return fillIn(response, nonce)
}

// maxPage is far above the size of the page.
const maxPage = 1 << 20

// fillIn replaces the placeholder in a page by the nonce.
func fillIn(response *http.Response, nonce string) error {
	page, err := io.ReadAll(io.LimitReader(response.Body, maxPage+1))
	if err != nil || len(page) > maxPage {
		return fmt.Errorf("reading the page: expected at most %d bytes, got %d (%v)", maxPage, len(page), err)
	}
	page = bytes.ReplaceAll(page, []byte(noncePlaceholder), []byte(nonce))
	response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(page))
	response.ContentLength = int64(len(page))
	response.Header.Del("Etag")
	if response.Header.Get("Content-Length") != "" {
		response.Header.Set("Content-Length", strconv.Itoa(len(page)))
	}
	return nil
}

// plainWriter hijacks connections for WebSockets, without a listener's checks that
// they carry HTTP.
type plainWriter struct {
	http.ResponseWriter
	unframed func(net.Conn) net.Conn // nil: there are no checks
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (w plainWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack implements http.Hijacker.
func (w plainWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if w.unframed != nil {
		conn = w.unframed(conn)
	}
	return conn, buffered, nil
}
