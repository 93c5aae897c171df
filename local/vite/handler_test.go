package vite

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// serve puts a handler of the real server's before the real web app.
func serve(t *testing.T) *httptest.Server {
	t.Helper()
	site := httptest.NewUnstartedServer(nil)
	s := start(t, Config{Dir: installed(t), Origin: "http://localhost:" + portOf(site)})
	handler, err := s.Handler([]Header{{policyHeader, deployed}, {"X-Frame-Options", "DENY"}})
	if err != nil {
		t.Fatal(err)
	}
	site.Config.Handler = handler
	site.Start()
	t.Cleanup(site.Close)
	return site
}

func portOf(s *httptest.Server) string {
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String()) // a TCP address has a port
	return port
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestPageIsServedAsItIsEdited(t *testing.T) {
	t.Parallel()
	site := serve(t)
	nonces := map[string]bool{}
	for _, path := range []string{"/", "/index.html"} {
		response, page := get(t, site.URL+path)
		nonce := regexp.MustCompile(`style-src 'self' 'nonce-(\w{26})';`).FindStringSubmatch(response.Header.Get(policyHeader))
		if nonce == nil || !strings.Contains(page, `<meta property="csp-nonce" nonce="`+nonce[1]+`">`) {
			t.Fatalf("%s: expected the policy's nonce in the page, got %q and\n%s", path, response.Header.Get(policyHeader), page)
		}
		nonces[nonce[1]] = true
		if strings.Contains(page, noncePlaceholder) || regexp.MustCompile(`<script[^>]*>[^<]`).MatchString(page) {
			t.Errorf("%s: expected no placeholder and no inline script, got\n%s", path, page)
		}
		if got := response.Header.Get("Etag") + response.Header.Get("X-Frame-Options"); got != "DENY" {
			t.Errorf("%s: expected the site's headers and no etag, got %q", path, got)
		}
	}
	if len(nonces) != 2 {
		t.Errorf("expected two nonces, got %d", len(nonces))
	}
	for _, path := range []string{"/profile", "/absent.js", "/assets/absent"} {
		if response, body := get(t, site.URL+path); response.StatusCode != http.StatusNotFound || response.Header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: expected 404 with the site's headers, got %d and\n%s", path, response.StatusCode, body)
		}
	}
	response, module := get(t, site.URL+"/src/main.tsx")
	if got := response.Header.Get("Cache-Control"); got != "no-cache" || !strings.Contains(module, `from "/src/app.tsx"`) {
		t.Errorf("expected the source's module, revalidated at each use, got %q and\n%s", got, module)
	}
	if policy := response.Header.Get(policyHeader); strings.Contains(policy, "unsafe") || strings.Contains(policy, "blob:") {
		t.Errorf("expected nothing to be opened wide, got %s", policy)
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "source") }))
	t.Cleanup(behind.Close)
	target, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := (&Server{target: target, origin: &url.URL{Host: "localhost:3000"}}).Handler(nil)
	if err != nil {
		t.Fatal(err)
	}
	const source = "/src/main.tsx"
	for _, test := range []struct {
		name                          string
		path, origin, fetchSite, dest string
		want                          int
	}{
		{"no browser", source, "", "", "", 200},
		{"the page itself", source, "", "same-origin", "script", 200},
		{"its socket", "/", "http://localhost:3000", "same-origin", "websocket", 200},
		{"the address bar", source, "", "none", "document", 200},
		{"a link, or back from signing in", "/", "", "cross-site", "document", 200},
		{"a link to another page", "/index.html", "", "cross-site", "document", 200},
		{"a link to a source", source, "", "cross-site", "document", 403},
		{"a link to any file", "/@fs/etc/passwd", "", "cross-site", "document", 403},
		{"a link that opens an editor", "/__open-in-editor?file=/etc/passwd", "", "cross-site", "document", 403},
		{"another site's script", source, "", "cross-site", "script", 403},
		{"another port's script", source, "", "same-site", "script", 403},
		{"another site's frame", "/", "", "cross-site", "iframe", 403},
		{"another site's socket", "/", "https://evil.example", "cross-site", "websocket", 403},
		{"another site's socket, from an old browser", "/", "https://evil.example", "", "", 403},
		{"a sandboxed page", "/", "null", "", "", 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "http://localhost:3000"+test.path, nil)
			for name, value := range map[string]string{"Origin": test.origin, "Sec-Fetch-Site": test.fetchSite, "Sec-Fetch-Dest": test.dest} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != test.want {
				t.Errorf("expected %d, got %d: %s", test.want, w.Code, w.Body)
			}
		})
	}
}

// TestNoEditorIsOpened: neither through the site, nor at Vite's own port, which
// another site's page can find.
func TestNoEditorIsOpened(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Dir: installed(t), Origin: "http://localhost:3000"})
	for _, path := range []string{"/__open-in-editor?file=/etc/hostname", "/__open-in-editor/?file=index.html"} {
		if response, body := get(t, s.target.String()+path); response.StatusCode != http.StatusNotFound || body != "" {
			t.Errorf("%s: expected 404 and nothing else, got %d %q", path, response.StatusCode, body)
		}
	}
}

func TestServerThatIsGone(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(nil)
	target, _ := url.Parse(closed.URL)
	closed.Close()
	handler, err := (&Server{target: target, origin: &url.URL{Host: "localhost:3000"}}).Handler(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), "development server does not answer") {
		t.Errorf("expected 502 with the cause, got %d %s", w.Code, w.Body)
	}
}

// checkedConn is a connection whose reader accepts HTTP only.
type checkedConn struct{ net.Conn }

func (c checkedConn) Read([]byte) (int, error) { return 0, fmt.Errorf("this is not HTTP") }

type hijacked struct {
	http.ResponseWriter
	conn net.Conn
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.conn, nil, nil }

func TestSocketIsHandedOverWithoutChecks(t *testing.T) {
	t.Parallel()
	here, there := net.Pipe()
	defer here.Close()
	unframed := func(c net.Conn) net.Conn { return c.(checkedConn).Conn }
	conn, _, err := http.NewResponseController(plainWriter{hijacked{httptest.NewRecorder(), checkedConn{there}}, unframed}).Hijack()
	if err != nil || conn != there {
		t.Errorf("expected the bare connection, got %v and %v", conn, err)
	}
}
