package auth0

import "net/http"

// metadata is the discovery document. It lists what this tenant supports, which is
// less than Auth0 does.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata and
// https://www.rfc-editor.org/rfc/rfc8414#section-2
type metadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	UserinfoEndpoint      string   `json:"userinfo_endpoint"`
	JWKSURI               string   `json:"jwks_uri"`
	RevocationEndpoint    string   `json:"revocation_endpoint"`
	Scopes                []string `json:"scopes_supported"`
	ResponseTypes         []string `json:"response_types_supported"`
	ResponseModes         []string `json:"response_modes_supported"`
	GrantTypes            []string `json:"grant_types_supported"`
	ChallengeMethods      []string `json:"code_challenge_methods_supported"`
	SubjectTypes          []string `json:"subject_types_supported"`
	IDTokenAlgorithms     []string `json:"id_token_signing_alg_values_supported"`
	TokenAuthMethods      []string `json:"token_endpoint_auth_methods_supported"`
	RevocationAuthMethods []string `json:"revocation_endpoint_auth_methods_supported"` // left out, it means client_secret_basic
	Claims                []string `json:"claims_supported"`
	Prompts               []string `json:"prompt_values_supported"`
	RequestParameter      bool     `json:"request_parameter_supported"`
	RequestURIParameter   bool     `json:"request_uri_parameter_supported"`
}

func newMetadata(issuer string) metadata {
	return metadata{
		Issuer:                issuer,
		AuthorizationEndpoint: issuer + "authorize",
		TokenEndpoint:         issuer + "oauth/token",
		UserinfoEndpoint:      issuer + "userinfo",
		JWKSURI:               issuer + ".well-known/jwks.json",
		RevocationEndpoint:    issuer + "oauth/revoke",
		Scopes:                oidcScopes,
		ResponseTypes:         []string{"code"},
		ResponseModes:         []string{modeQuery, modeWebMessage},
		GrantTypes:            []string{grantCode, grantRefresh},
		ChallengeMethods:      []string{"S256"},
		SubjectTypes:          []string{"public"},
		IDTokenAlgorithms:     []string{"RS256"},
		TokenAuthMethods:      []string{"none"},
		RevocationAuthMethods: []string{"none"},
		Claims: []string{
			"iss", "sub", "aud", "iat", "exp", "auth_time", "nonce", "sid",
			"name", "nickname", "picture", "updated_at", "email", "email_verified",
		},
		Prompts: []string{promptNone, promptLogin, promptConsent, promptSelect},
	}
}

// public serves a document that any web page may read. It calls document for each
// request.
func public(document func() any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		writeJSON(w, http.StatusOK, document())
	})
}
