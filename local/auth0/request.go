package auth0

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	modeQuery      = "query"
	modeWebMessage = "web_message"
)

// Values of prompt.
// https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
const (
	promptNone    = "none"
	promptLogin   = "login"
	promptConsent = "consent"
	promptSelect  = "select_account"
)

// databaseConnection is Auth0's name for the tenant's own database of accounts, the
// only one here.
const databaseConnection = "Username-Password-Authentication"

// authRequest is a request to /authorize that passed every check.
type authRequest struct {
	reply     reply
	clientID  string
	audience  string
	scopes    []string // without those that the client may not have
	query     params   // as it was sent
	challenge string
	nonce     string
	prompts   []string
	maxAge    time.Duration // -1 if absent
	loginHint string
	signup    bool
}

// target finds where the answer may be sent. Until then, errors are shown on a page
// of the tenant:
// https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1.
func target(s *settings, p params) (Client, reply, *pageError) {
	client, ok := s.clients[p["client_id"]]
	to := reply{redirectURI: p["redirect_uri"], state: p["state"], mode: modeQuery}
	switch {
	case p["client_id"] == "":
		return client, to, &pageError{Status: 400, Detail: "Missing required parameter: client_id"}
	case !ok:
		return client, to, &pageError{400, "Unknown client: " + p["client_id"],
			"Reload the site: a page from before a restart may have an old client ID. The tenant has the clients that the program describes."}
	case to.redirectURI == "":
		return client, to, &pageError{Status: 400, Detail: "Missing required parameter: redirect_uri"}
	case !slices.Contains(client.Callbacks, to.redirectURI):
		return client, to, &pageError{403, "Callback URL mismatch: " + to.redirectURI,
			"It is not in the list of allowed callback URLs of " + client.Name + ". Use a listed URL exactly, including a trailing slash."}
	}
	if p["response_mode"] != modeWebMessage {
		return client, to, nil
	}
	to.mode, to.origin = modeWebMessage, originOf(to.redirectURI)
	if !slices.Contains(client.WebOrigins, to.origin) {
		return client, to, &pageError{403, "Origin not allowed: " + to.origin,
			"It is not in the list of allowed web origins of " + client.Name + "."}
	}
	return client, to, nil
}

// parseAuthRequest checks what remains once the target is known.
func parseAuthRequest(s *settings, client Client, to reply, p params) (authRequest, *oauthError) {
	req := authRequest{
		reply: to, clientID: client.ID, query: p,
		audience: p["audience"], challenge: p["code_challenge"], nonce: p["nonce"],
		prompts: strings.Fields(p["prompt"]), loginHint: p["login_hint"],
		signup: p["screen_hint"] == "signup", maxAge: -1,
	}
	for _, check := range []func(params) *oauthError{checkUnsupported, checkResponse, checkChallenge, req.checkPrompt, req.checkMaxAge} {
		if refused := check(p); refused != nil {
			return req, refused
		}
	}
	if !slices.Contains(client.GrantTypes, grantCode) {
		return req, errGrantNotAllowed(grantCode)
	}
	api, refused := s.accessible(client.ID, req.audience)
	if refused != nil {
		return req, refused
	}
	req.scopes = grantedScopes(p["scope"], client, api)
	return req, nil
}

// unsupported are parameters for Auth0 features that the tenant does not have:
// tokens bound to a key, more factors, invitations to an organization, and consent
// to one transaction. https://auth0.com/docs/api/authentication
var unsupported = []string{"dpop_jkt", "acr_values", "invitation", "authorization_details"}

// checkUnsupported refuses what would change the meaning of the request.
func checkUnsupported(p params) *oauthError {
	for _, name := range unsupported {
		if p[name] != "" {
			return errInvalidRequest("The " + name + " parameter is not supported")
		}
	}
	switch {
	case p["request"] != "":
		return &oauthError{Status: 400, Code: "request_not_supported", Description: "The request parameter is not supported"}
	case p["request_uri"] != "":
		return &oauthError{Status: 400, Code: "request_uri_not_supported", Description: "The request_uri parameter is not supported"}
	case p["organization"] != "":
		return errInvalidRequest("parameter organization is not allowed for this client")
	case p["connection"] != "" && p["connection"] != databaseConnection:
		return errInvalidRequest("the connection was not found")
	}
	return nil
}

// checkResponse allows a code, in the query or by message. Fragments and posted
// forms are for flows that return tokens directly, which would stay in browser
// histories and logs: https://www.rfc-editor.org/rfc/rfc9700#section-2.1.2.
func checkResponse(p params) *oauthError {
	switch p["response_type"] {
	case "code":
	case "":
		return errMissing("response_type")
	default:
		return &oauthError{Status: 400, Code: "unsupported_response_type", Description: "Unsupported response type: " + p["response_type"]}
	}
	switch p["response_mode"] {
	case "", modeQuery, modeWebMessage:
		return nil
	}
	return errInvalidRequest("Unsupported response mode: " + p["response_mode"])
}

// checkPrompt: https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
// makes none together with another value an error.
func (req *authRequest) checkPrompt(params) *oauthError {
	for _, prompt := range req.prompts {
		if !slices.Contains([]string{promptNone, promptLogin, promptConsent, promptSelect}, prompt) {
			return errInvalidRequest("Unknown prompt: " + prompt)
		}
	}
	if req.asks(promptNone) && len(req.prompts) > 1 {
		return errInvalidRequest("prompt none cannot be combined with others")
	}
	return nil
}

// checkMaxAge reads a number of seconds. Anything else is refused: ignoring it would
// accept a sign-in that is older than the client allows.
func (req *authRequest) checkMaxAge(p params) *oauthError {
	if p["max_age"] == "" {
		return nil
	}
	seconds, err := strconv.ParseUint(p["max_age"], 10, 31)
	if err != nil {
		return errInvalidRequest("max_age must be a number of seconds")
	}
	req.maxAge = time.Duration(seconds) * time.Second
	return nil
}

func (req *authRequest) asks(prompt string) bool { return slices.Contains(req.prompts, prompt) }

// needsLogin reports whether a user who is signed in must sign in again.
func (req *authRequest) needsLogin(s session, now time.Time) bool {
	return req.asks(promptLogin) || req.asks(promptSelect) ||
		req.maxAge >= 0 && now.Sub(s.signedIn) >= req.maxAge
}
