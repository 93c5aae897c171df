package auth0

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
)

// cors lets web pages of the clients' origins call an endpoint, and refuses
// those of other origins before it acts. Calls without an Origin do not come
// from a page and pass.
type cors struct {
	settings func() *settings
	methods  []string
	next     http.Handler
	log      *slog.Logger
}

// corsHeaders may be sent by pages. auth0-spa-js names itself in Auth0-Client.
const corsHeaders = "Auth0-Client, Authorization, Content-Type"

func (c *cors) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" {
		if s := c.settings(); !s.origins[origin] && origin != s.origin {
			writeOAuthError(w, c.log, &oauthError{
				Status: 403, Code: "access_denied", Description: "Origin " + origin + " is not allowed.",
			})
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", "WWW-Authenticate")
	}
	switch {
	case r.Method == http.MethodOptions:
		h.Set("Access-Control-Allow-Methods", strings.Join(c.methods, ", "))
		h.Set("Access-Control-Allow-Headers", corsHeaders)
		h.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
	case slices.Contains(c.methods, r.Method):
		c.next.ServeHTTP(w, r)
	default:
		h.Set("Allow", strings.Join(c.methods, ", "))
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
	}
}
