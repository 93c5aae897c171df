package auth0

import (
	"slices"
	"strings"
)

// The scopes that mean something here, beside those of the APIs.
const (
	scopeOpenID  = "openid"
	scopeProfile = "profile"
	scopeEmail   = "email"
	scopeOffline = "offline_access"
)

// oidcScopes are OpenID Connect's. The tenant knows no address and no phone
// number, so these two are granted and give no claims.
var oidcScopes = []string{scopeOpenID, scopeProfile, scopeEmail, "address", "phone", scopeOffline}

func isOIDCScope(scope string) bool { return slices.Contains(oidcScopes, scope) }

// grantedScopes are the requested ones, in their order, without those that the
// API or the client does not have: Auth0 drops them in silence.
// https://auth0.com/docs/get-started/apis/scopes
func grantedScopes(requested string, client Client, api *API) []string {
	granted := []string{}
	for _, scope := range strings.Fields(requested) {
		if allowedScope(scope, client, api) && !slices.Contains(granted, scope) {
			granted = append(granted, scope)
		}
	}
	return granted
}

// allowedScope: offline_access needs the API's leave and a client that can use
// what it gives.
// https://auth0.com/docs/secure/tokens/refresh-tokens/get-refresh-tokens
func allowedScope(scope string, client Client, api *API) bool {
	if scope == scopeOffline {
		return slices.Contains(client.GrantTypes, grantRefresh) && (api == nil || api.AllowOfflineAccess)
	}
	if isOIDCScope(scope) {
		return true
	}
	return api != nil && slices.ContainsFunc(api.Scopes, func(s Scope) bool { return s.Value == scope })
}

// currentScopes are those of a grant that a token request gets: what it asks
// for, less what the configuration has lost since the person signed in.
func currentScopes(s *settings, client Client, g *grant, requested string) []string {
	api, _ := s.accessible(client.ID, g.Audience) // the minter refuses what is not
	return grantedScopes(strings.Join(narrowed(g.Scopes, requested), " "), client, api)
}

// narrowed are the granted scopes that a refresh asks for; asking for nothing
// means all of them.
func narrowed(granted []string, requested string) []string {
	if requested == "" {
		return granted
	}
	wanted := strings.Fields(requested)
	kept := []string{}
	for _, scope := range granted {
		if slices.Contains(wanted, scope) {
			kept = append(kept, scope)
		}
	}
	return kept
}
