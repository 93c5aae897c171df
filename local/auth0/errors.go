package auth0

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"net/http"
)

// oauthError is an error of the protocol. /authorize sends it to the
// client by redirect or message, the other endpoints as JSON.
// https://www.rfc-editor.org/rfc/rfc6749#section-5.2
type oauthError struct {
	Status      int    `json:"-"`
	Code        string `json:"error"`
	Description string `json:"error_description"`
	URI         string `json:"error_uri,omitempty"`

	cause string // for the log
}

func (e *oauthError) Error() string { return e.Code + ": " + e.Description }

// because is a copy of e whose cause goes to the log.
func (e oauthError) because(cause string) *oauthError {
	e.cause = cause
	return &e
}

// Errors with Auth0's status and texts. Those observed on the real service:
// invalid code and verifier in auth0/go-auth0's recordings and tests; the
// refresh token's on https://support.auth0.com ("Refresh Token Unknown or
// Invalid"); the grant type's and the redirect URI's in public transcripts.
var (
	errInvalidCode     = oauthError{Status: 403, Code: "invalid_grant", Description: "Invalid authorization code"}
	errVerifier        = oauthError{Status: 403, Code: "invalid_grant", Description: "Failed to verify code verifier"}
	errRefreshToken    = oauthError{Status: 403, Code: "invalid_grant", Description: "Unknown or invalid refresh token."}
	errUserGone        = oauthError{Status: 403, Code: "invalid_grant", Description: "The refresh_token was generated for a user who doesn't exist anymore."}
	errClient          = oauthError{Status: 401, Code: "access_denied", Description: "Unauthorized"}
	errLoginRequired   = oauthError{Status: 403, Code: "login_required", Description: "Login required"}
	errConsentRequired = oauthError{Status: 403, Code: "consent_required", Description: "Consent required"}
	errDenied          = oauthError{Status: 403, Code: "access_denied", Description: "User did not authorize the request"}
	errServer          = oauthError{Status: 500, Code: "server_error", Description: "Internal Server Error"}
)

func errInvalidRequest(description string) *oauthError {
	return &oauthError{Status: 400, Code: "invalid_request", Description: description}
}

func errMissing(parameter string) *oauthError {
	return errInvalidRequest("Missing required parameter: " + parameter)
}

func errGrantNotAllowed(grant string) *oauthError {
	return &oauthError{
		Status: 403, Code: "unauthorized_client",
		Description: "Grant type '" + grant + "' not allowed for the client.",
		URI:         "https://auth0.com/docs/clients/client-grant-types",
	}
}

func errUnsupportedGrant(grant string) *oauthError {
	return &oauthError{Status: 403, Code: "unsupported_grant_type", Description: "Unsupported grant type: " + grant}
}

// errWrongRedirect names origins, not URLs, as observed of Auth0.
func errWrongRedirect(sent, expected string) *oauthError {
	return &oauthError{
		Status: 403, Code: "unauthorized_client",
		Description: "The redirect URI is wrong. You sent " + cmp.Or(originOf(sent), "null") + ", and we expected " + originOf(expected),
	}
}

func errUnknownAudience(audience string) *oauthError {
	return &oauthError{Status: 403, Code: "access_denied", Description: "Service not found: " + audience}
}

// errNoClientGrant was observed at the callback in public transcripts. A machine's
// request gets access_denied and one more sentence.
func errNoClientGrant(clientID, audience string) *oauthError {
	return &oauthError{
		Status: 403, Code: "invalid_request",
		Description: `Client "` + clientID + `" is not authorized to access resource server "` + audience + `".`,
	}
}

// writeOAuthError is the one place where an error becomes a JSON answer.
func writeOAuthError(w http.ResponseWriter, log *slog.Logger, e *oauthError) {
	log.Info("request refused", "status", e.Status, "error", e.Code, "description", e.Description, "cause", e.cause)
	writeJSON(w, e.Status, e)
}

// writeJSON sends v as one that no cache may keep, which
// https://www.rfc-editor.org/rfc/rfc6749#section-5.1 requires of token answers.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"server_error"}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(body)
}
