package auth0

import (
	"log/slog"
	"net/http"
	"slices"

	"api-auth-jwt-auth0/local/auth0/action"
)

// tokenHandler is /oauth/token: it exchanges codes and refresh tokens.
// https://auth0.com/docs/api/authentication
type tokenHandler struct {
	settings func() *settings
	grants   *grants
	logins   *logins
	minter   *minter
	log      *slog.Logger
}

// dpopHeader requests a token that is bound to a key, and proves that the client
// has the key. https://www.rfc-editor.org/rfc/rfc9449#section-5
const dpopHeader = "DPoP"

func (h *tokenHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, refused := h.exchange(w, r)
	if refused != nil {
		writeOAuthError(w, h.log, refused)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// exchange checks the client before the grant, so that errors reveal nothing about
// codes and tokens to other clients.
func (h *tokenHandler) exchange(w http.ResponseWriter, r *http.Request) (*tokenAnswer, *oauthError) {
	p, refused := readParams(w, r)
	if refused != nil {
		return nil, refused
	}
	if len(r.Header.Values(dpopHeader)) > 0 {
		return nil, errInvalidRequest("DPoP is not supported")
	}
	s := h.settings()
	client, refused := publicClient(s, r, p)
	if refused != nil {
		return nil, refused
	}
	switch grantType := p["grant_type"]; {
	case grantType == "":
		return nil, errMissing("grant_type")
	case !knownGrants[grantType]:
		return nil, errUnsupportedGrant(grantType)
	case !slices.Contains(client.GrantTypes, grantType):
		return nil, errGrantNotAllowed(grantType)
	case grantType == grantCode:
		return h.code(s, client, p)
	default:
		return h.refresh(s, client, r, p)
	}
}

// knownGrants are Auth0's. Of these a client can have only two here, so the
// rest are known and never allowed.
var knownGrants = map[string]bool{
	grantCode: true, grantRefresh: true,
	"client_credentials": true, "password": true, "implicit": true,
	"urn:ietf:params:oauth:grant-type:device_code":     true,
	"urn:ietf:params:oauth:grant-type:token-exchange":  true,
	"http://auth0.com/oauth/grant-type/password-realm": true,
}

// publicClient finds the client of a request. A client that authenticates is
// refused, as Auth0 does for a client of method "none".
func publicClient(s *settings, r *http.Request, p params) (Client, *oauthError) {
	if p["client_id"] == "" {
		return Client{}, errMissing("client_id")
	}
	client, ok := s.clients[p["client_id"]]
	switch {
	case !ok:
		return Client{}, errClient.because("unknown client")
	case r.Header.Get("Authorization") != "" || p["client_secret"] != "" || p["client_assertion"] != "":
		return Client{}, errClient.because("a public client must not authenticate")
	}
	return client, nil
}

// code exchanges a code. redirect_uri is required, although RFC 6749 requires it only
// if the first request had it: here every request has it.
func (h *tokenHandler) code(s *settings, client Client, p params) (*tokenAnswer, *oauthError) {
	for _, required := range []string{"code", "redirect_uri", "code_verifier"} {
		if p[required] == "" {
			return nil, errMissing(required)
		}
	}
	granted, refused := h.grants.redeem(p["code"], client.ID, p["redirect_uri"], p["code_verifier"])
	if refused != nil {
		return nil, refused
	}
	user, ok := s.users.byID(granted.UserID)
	if !ok {
		return nil, errInvalidCode.because("the user is gone")
	}
	outcome := granted.Outcome
	outcome.Scopes = currentScopes(s, client, granted)
	answer, refused := h.minter.mint(s, granted, user, outcome, true)
	if refused != nil {
		return nil, refused
	}
	if slices.Contains(outcome.Scopes, scopeOffline) {
		answer.RefreshToken = h.grants.issueRefresh(granted)
	}
	return answer, nil
}

// refresh exchanges a refresh token. An audience in the request is
// ignored: the token is for the API that it was issued for. Roles and Actions decide
// again.
func (h *tokenHandler) refresh(s *settings, client Client, r *http.Request, p params) (*tokenAnswer, *oauthError) {
	if p["refresh_token"] == "" {
		return nil, errMissing("refresh_token")
	}
	granted, next, refused := h.grants.use(p["refresh_token"], client.ID, client.RefreshToken)
	if refused != nil {
		return nil, refused
	}
	user, ok := s.users.byID(granted.UserID)
	if !ok {
		return nil, errUserGone.because("")
	}
	outcome, refused := h.logins.decide(s, login{
		client: client, audience: granted.Audience, user: user, requested: narrowed(granted.Scopes, p["scope"]),
		protocol: action.ProtocolRenewal, request: actionRequest(r, nil, p),
	})
	if refused != nil {
		return nil, refused
	}
	answer, refused := h.minter.mint(s, granted, user, outcome, false)
	if refused != nil {
		return nil, refused
	}
	answer.RefreshToken = next
	return answer, nil
}

// revokeHandler is /oauth/revoke.
// https://auth0.com/docs/secure/tokens/refresh-tokens/revoke-refresh-tokens
type revokeHandler struct {
	settings func() *settings
	grants   *grants
	log      *slog.Logger
}

// ServeHTTP answers 200 for unknown tokens too:
// https://www.rfc-editor.org/rfc/rfc7009#section-2.2.
func (h *revokeHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p, refused := readParams(w, r)
	var client Client
	if refused == nil {
		client, refused = publicClient(h.settings(), r, p)
	}
	if refused == nil && p["token"] == "" {
		refused = errMissing("token")
	}
	if refused != nil {
		writeOAuthError(w, h.log, refused)
		return
	}
	h.grants.revoke(p["token"], client.ID)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
}
