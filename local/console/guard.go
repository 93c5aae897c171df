package console

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"mime"
	"net/http"
)

// csrfHeader has the token that only this page has read. Other origins cannot send
// such a header without a preflight, which is refused.
const csrfHeader = "X-Console-Token"

func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails, as documented
	return base64.RawURLEncoding.EncodeToString(b)
}

// policy lets the page load only its own files, and connect only to its own server.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard refuses what does not come from this page. All data is behind it; the page
// itself may be linked from anywhere.
func (c *Console) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !sameOrigin(r):
			problem(w, http.StatusForbidden, "only the console's own page may request this")
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			next.ServeHTTP(w, r)
		case r.Header.Get("Origin") == "":
			problem(w, http.StatusForbidden, "this request has no Origin header: use the console's page")
		case subtle.ConstantTimeCompare([]byte(r.Header.Get(csrfHeader)), []byte(c.token)) != 1:
			problem(w, http.StatusForbidden, "the page is older than this local cloud: reload it")
		case !isJSON(r):
			problem(w, http.StatusUnsupportedMediaType, "expected application/json")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// sameOrigin checks both headers by which browsers report where a request comes
// from. Origin is missing on a page's own GETs; Sec-Fetch-Site is missing only in
// programs that are not browsers.
// https://fetch.spec.whatwg.org/#origin-header
// https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
func sameOrigin(r *http.Request) bool {
	origins, sites := r.Header["Origin"], r.Header["Sec-Fetch-Site"]
	if len(origins) > 1 || len(sites) > 1 {
		return false
	}
	if len(origins) == 1 && origins[0] != "http://"+r.Host {
		return false
	}
	return len(sites) == 0 || sites[0] == "same-origin" || sites[0] == "none"
}

func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// harden sets the headers that every answer has.
func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
