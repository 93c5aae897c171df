package auth0

import (
	"slices"
	"strings"
)

// The scopes with a meaning of their own.
const (
	scopeOpenID  = "openid"
	scopeProfile = "profile"
	scopeEmail   = "email"
	scopeOffline = "offline_access"
)

// oidcScopes are OpenID Connect's. The tenant has no addresses and no phone
// numbers, so these two scopes are granted without claims.
var oidcScopes = []string{scopeOpenID, scopeProfile, scopeEmail, "address", "phone", scopeOffline}

func isOIDCScope(scope string) bool { return slices.Contains(oidcScopes, scope) }

// grantedScopes are the requested ones, in their order, without those that the
// API or the client does not have: Auth0 drops them silently.
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

// allowedScope reports whether a scope may be granted. offline_access needs an API
// that allows it and a client that can use refresh tokens.
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

// currentScopes are the scopes of a code: those of the sign-in, without those that
// were removed from the configuration since.
func currentScopes(s *settings, client Client, g *grant) []string {
	api, _ := s.accessible(client.ID, g.Audience) // the minter refuses what is not
	return grantedScopes(strings.Join(g.Outcome.Scopes, " "), client, api)
}

// narrowed are the granted scopes that a refresh requests; requesting none means
// all of them.
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
