package auth0

import (
	"net/http"
	"slices"
)

// logoutHandler is /v2/logout. It ends the browser's session; refresh tokens stay
// valid, as with Auth0.
// https://auth0.com/docs/authenticate/login/logout/log-users-out-of-auth0
type logoutHandler struct {
	settings func() *settings
	sessions *sessions
	pages    *pages
}

func (h *logoutHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p, refused := parseParams(r.URL.RawQuery)
	if refused != nil {
		h.pages.error(w, &pageError{Status: refused.Status, Detail: refused.Description})
		return
	}
	to, bad := h.target(p)
	if bad != nil {
		h.pages.error(w, bad)
		return
	}
	h.sessions.end(w, r)
	if to == "" {
		h.pages.signedOut(w)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusFound)
}

// target is where the browser goes next: the exact returnTo, or without one
// the client's first logout URL. Without a client only the tenant's own list
// would count, which is empty here.
func (h *logoutHandler) target(p params) (string, *pageError) {
	client, known := h.settings().clients[p["client_id"]]
	returnTo := p["returnTo"]
	switch {
	case p["client_id"] != "" && !known:
		return "", &pageError{Status: 400, Detail: "Unknown client: " + p["client_id"]}
	case returnTo != "" && !slices.Contains(client.LogoutURLs, returnTo):
		return "", &pageError{400, `The "returnTo" parameter "` + returnTo + `" is not an allowed logout URL.`,
			"Use one of the listed URLs exactly, including a trailing slash, and the application's client_id."}
	case returnTo == "" && len(client.LogoutURLs) > 0:
		return client.LogoutURLs[0], nil
	}
	return returnTo, nil
}
