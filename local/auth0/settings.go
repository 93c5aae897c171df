package auth0

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/auth0/action"
)

// settings are a valid Config with the lasting part of the Options, indexed for
// lookup. They never change; a commit replaces them as a whole.
type settings struct {
	issuer       string // with its trailing slash
	origin       string // the issuer as a browser writes an Origin
	clients      map[string]Client
	apis         map[string]API
	clientGrants map[grantKey][]string // the scopes of each
	origins      map[string]bool       // that may read answers by CORS
	roles        []Role
	actions      []*action.Action
	users        *Users
	ready        *ReadyUser
	second       *ReadyUser
}

func emptySettings(issuer string, users *Users, ready, second *ReadyUser) *settings {
	return &settings{
		issuer:       issuer,
		origin:       originOf(issuer),
		clients:      map[string]Client{},
		apis:         map[string]API{},
		origins:      map[string]bool{},
		clientGrants: map[grantKey][]string{},
		users:        users,
		ready:        ready,
		second:       second,
	}
}

// with returns the settings of another Config. The error joins every problem found,
// each with the value at fault and what to write instead.
func (s *settings) with(cfg Config) (*settings, error) {
	s = emptySettings(s.issuer, s.users, s.ready, s.second)
	var problems []error
	for _, c := range cfg.Clients {
		problems = append(problems, s.addClient(c))
	}
	for _, a := range cfg.APIs {
		problems = append(problems, s.addAPI(a))
	}
	for _, g := range cfg.ClientGrants {
		problems = append(problems, s.addClientGrant(g))
	}
	for _, r := range cfg.Roles {
		problems = append(problems, s.addRole(r))
	}
	for _, a := range cfg.Actions {
		problems = append(problems, s.addAction(a))
	}
	return s, errors.Join(problems...)
}

// checkIssuer: Auth0's issuers are a bare origin and a slash, and a verifier
// compares them as strings.
func checkIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("issuer %q: expected an absolute URL such as http://localhost:3002/", issuer)
	}
	if issuer != u.Scheme+"://"+u.Host+"/" {
		return fmt.Errorf("issuer %q: expected scheme, host and one trailing slash, such as %s://%s/",
			issuer, u.Scheme, u.Host)
	}
	return nil
}

// addClient fills in defaults and opens CORS to the client's origins: Auth0
// allows those of its callbacks by itself.
// https://auth0.com/docs/get-started/applications/application-settings
func (s *settings) addClient(c Client) error {
	if c.ID == "" {
		return fmt.Errorf("client %q: the ID is empty: set it", c.Name)
	}
	if _, ok := s.clients[c.ID]; ok {
		return fmt.Errorf("client %q: there is another client with this ID: remove one", c.ID)
	}
	if c.IDTokenLifetime == 0 {
		c.IDTokenLifetime = defaultIDTokenLifetime
	}
	c.Name = cmp.Or(c.Name, c.ID)
	s.clients[c.ID] = c
	for _, callback := range c.Callbacks {
		s.origins[originOf(callback)] = true
	}
	for _, origin := range c.WebOrigins {
		s.origins[origin] = true
	}
	return checkClient(c)
}

// checkClient joins all problems of a client.
func checkClient(c Client) error {
	var problems []error
	add := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("client %q: "+format, append([]any{c.ID}, args...)...))
	}
	for _, u := range slices.Concat(c.Callbacks, c.LogoutURLs) {
		if why := checkTarget(u); why != "" {
			add("URL %q: %s", u, why)
		}
	}
	for _, o := range c.WebOrigins {
		if originOf(o) != o {
			add("web origin %q: expected scheme, host and port only, such as http://localhost:3000", o)
		}
	}
	for _, g := range c.GrantTypes {
		if g != grantCode && g != grantRefresh {
			add("grant type %q: expected %s or %s", g, grantCode, grantRefresh)
		}
	}
	if c.IDTokenLifetime < 0 {
		add("ID token lifetime %v: expected more than zero", c.IDTokenLifetime)
	}
	return errors.Join(append(problems, checkRefreshPolicy(c))...)
}

// checkRefreshPolicy enforces Auth0's rule that a token is not idle for longer
// than it lives.
// https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-expiration
func checkRefreshPolicy(c Client) error {
	p := c.RefreshToken
	if p.Leeway < 0 || p.Lifetime < 0 || p.IdleLifetime < 0 {
		return fmt.Errorf("client %q: refresh token leeway and lifetimes must not be negative", c.ID)
	}
	if p.Lifetime > 0 && p.IdleLifetime > p.Lifetime {
		return fmt.Errorf("client %q: refresh token idle lifetime %v is longer than its lifetime %v; shorten it",
			c.ID, p.IdleLifetime, p.Lifetime)
	}
	return nil
}

// checkTarget says why browsers must not be redirected to a URL.
// Fragments are refused by https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2
// and wildcards for the reason in
// https://www.rfc-editor.org/rfc/rfc9700#section-2.1.
func checkTarget(target string) string {
	u, err := url.Parse(target)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return "expected an absolute http or https URL"
	case strings.Contains(target, "#"):
		return "a fragment is not allowed"
	case u.User != nil:
		return "a user name is not allowed"
	case strings.Contains(target, "*"):
		return "wildcards are not supported; list each URL"
	}
	return ""
}

// addAPI fills in defaults. Identifiers are compared as strings, so that one with
// an additional slash is another API, as with Auth0.
func (s *settings) addAPI(a API) error {
	if a.Identifier == "" {
		return fmt.Errorf("API %q: the identifier is empty: set it", a.Name)
	}
	if _, ok := s.apis[a.Identifier]; ok {
		return fmt.Errorf("API %q: there is another API with this identifier: remove one", a.Identifier)
	}
	if a.TokenLifetime == 0 {
		a.TokenLifetime = defaultAccessTokenLifetime
	}
	a.UserPolicy = cmp.Or(a.UserPolicy, PolicyRequireGrant)
	a.Dialect = cmp.Or(a.Dialect, DialectPlain)
	a.Name = cmp.Or(a.Name, a.Identifier)
	s.apis[a.Identifier] = a
	return checkAPI(a, s.issuer)
}

// checkAPI joins all problems of an API. Each tenant has two APIs of its own,
// /userinfo and the Management API, whose identifiers are reserved.
func checkAPI(a API, issuer string) error {
	var problems []error
	add := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("API %q: "+format, append([]any{a.Identifier}, args...)...))
	}
	if a.Identifier == issuer+"userinfo" || a.Identifier == issuer+"api/v2/" {
		add("the identifier belongs to the tenant itself; choose another")
	}
	if a.TokenLifetime < 0 || a.TokenLifetime > maxAccessTokenLifetime {
		add("token lifetime %v: expected more than zero and at most %v", a.TokenLifetime, maxAccessTokenLifetime)
	}
	if !slices.Contains([]string{PolicyAllowAll, PolicyRequireGrant, PolicyDenyAll}, a.UserPolicy) {
		add("user policy %q: expected %s, %s or %s", a.UserPolicy, PolicyRequireGrant, PolicyAllowAll, PolicyDenyAll)
	}
	if a.Dialect != DialectPlain && a.Dialect != DialectWithPermissions {
		add("token dialect %q: expected %s or %s", a.Dialect, DialectPlain, DialectWithPermissions)
	}
	seen := map[string]bool{}
	for _, sc := range a.Scopes {
		if sc.Value == "" || strings.ContainsAny(sc.Value, " \t\r\n") || seen[sc.Value] || isOIDCScope(sc.Value) {
			add("scope %q: expected one word that is listed once and is not a scope of OpenID Connect", sc.Value)
		}
		seen[sc.Value] = true
	}
	return errors.Join(problems...)
}

// api is the API with this identifier, or nil.
func (s *settings) api(identifier string) *API {
	if found, ok := s.apis[identifier]; ok {
		return &found
	}
	return nil
}

// originOf is a URL's origin as browsers write it, or "" when it has none.
func originOf(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Scheme) + "://" + strings.ToLower(u.Host)
}
