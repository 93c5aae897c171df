package auth0

import (
	"errors"
	"fmt"
	"slices"
)

// Policies of an API for people who sign in: which clients get tokens for it.
// https://auth0.com/docs/get-started/apis/api-access-policies-for-applications
const (
	PolicyAllowAll     = "allow_all"
	PolicyRequireGrant = "require_client_grant"
	PolicyDenyAll      = "deny_all"
)

// grantKey names a client grant: there is one for a client and an API.
type grantKey struct{ clientID, audience string }

// accessible returns the API that a client requests, with the scopes that the
// client may have; nil if it requests none.
func (s *settings) accessible(clientID, audience string) (*API, *oauthError) {
	api := s.api(audience)
	switch {
	case audience == "":
		return nil, nil
	case api == nil:
		return nil, errUnknownAudience(audience)
	case api.UserPolicy == PolicyAllowAll:
		return api, nil
	}
	granted, ok := s.clientGrants[grantKey{clientID, audience}]
	if !ok || api.UserPolicy == PolicyDenyAll {
		return nil, errNoClientGrant(clientID, audience)
	}
	api.Scopes = slices.DeleteFunc(slices.Clone(api.Scopes), func(scope Scope) bool {
		return !slices.Contains(granted, scope.Value)
	})
	return api, nil
}

// addClientGrant requires that the client and the API exist already, as Auth0
// does.
func (s *settings) addClientGrant(g ClientGrant) error {
	var problems []error
	add := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("client grant of %q for %q: "+format, append([]any{g.ClientID, g.Audience}, args...)...))
	}
	if _, ok := s.clients[g.ClientID]; !ok {
		add("there is no client with this ID")
	}
	api, ok := s.apis[g.Audience]
	if !ok {
		add("there is no API with this identifier")
	}
	for _, scope := range g.Scopes {
		if ok && !api.has(scope) {
			add("scope %q: the API does not have it", scope)
		}
	}
	key := grantKey{g.ClientID, g.Audience}
	if _, ok := s.clientGrants[key]; ok {
		add("there is another one; list the scopes of both in one")
	}
	s.clientGrants[key] = g.Scopes
	return errors.Join(problems...)
}
