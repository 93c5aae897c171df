package auth0

import (
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
)

// userinfoHandler returns the user of an access token. It accepts only tokens that
// the tenant issued and has not revoked, which a signature alone does not show.
type userinfoHandler struct {
	settings func() *settings
	grants   *grants
	log      *slog.Logger
}

func (h *userinfoHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		h.refuse(w, "")
		return
	}
	found, ok := h.grants.findAccess(token)
	if !ok || !slices.Contains(found.scopes, scopeOpenID) {
		h.refuse(w, "unknown, expired, revoked, or asked for without openid")
		return
	}
	s := h.settings()
	user, ok := s.users.byID(found.grant.UserID)
	if !ok {
		h.refuse(w, "the user is gone")
		return
	}
	writeJSON(w, http.StatusOK, profileOf(user, found.scopes, s.issuer))
}

// refuse answers as observed of Auth0, with realm Users and a plain body; the
// description of an invalid token is ours.
// https://github.com/auth0/react-native-auth0/issues/241
func (h *userinfoHandler) refuse(w http.ResponseWriter, cause string) {
	challenge := `Bearer realm="Users"`
	if cause != "" {
		challenge += `, error="invalid_token", error_description="The access token is invalid"`
	}
	h.log.Info("userinfo refused", "cause", cause)
	w.Header().Set("WWW-Authenticate", challenge)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusUnauthorized)
	io.WriteString(w, "Unauthorized")
}
