package auth0

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"api-auth-jwt-auth0/local/auth0/action"
)

// Defect is something wrong with a token, for testing how the API refuses it.
type Defect struct{ Name, Description string }

// Defects are those that [Tenant.TestToken] can give to a token.
func Defects() []Defect {
	return []Defect{
		{"expired", "expired an hour ago"},
		{"early", "issued an hour from now"},
		{"audience", "for another audience"},
		{"scope", "without a scope of the API"},
		{"issuer", "of another issuer"},
		{"signature", "signed with another key under the tenant's key ID"},
		{"key", "signed with a key that the tenant does not publish"},
		{"unsigned", "with the algorithm none"},
		{"opaque", "opaque, as without an audience"},
	}
}

func defectNames() []string {
	var names []string
	for _, d := range Defects() {
		names = append(names, d.Name)
	}
	return names
}

// TestToken makes an access token of a user for an API, as a client that requests all
// scopes of the API would get it, but with the named defect; "" is a valid token. It
// needs no sign-in and no client: what it returns is for tests on this machine.
func (t *Tenant) TestToken(userID, audience, defect string) (string, error) {
	s := t.current.Load()
	user, ok := s.users.byID(userID)
	if !ok {
		return "", fmt.Errorf("the tenant has no user %q", userID)
	}
	api, ok := s.apis[audience]
	if !ok {
		return "", fmt.Errorf("the tenant has no API %q: it has %q", audience, slices.Sorted(maps.Keys(s.apis)))
	}
	if defect != "" && !slices.Contains(defectNames(), defect) {
		return "", fmt.Errorf("unknown token defect %q: expected one of %q", defect, defectNames())
	}
	if defect == "opaque" {
		return newSecret(), nil
	}
	outcome, err := t.testOutcome(s, user, api)
	if err != nil {
		return "", err
	}
	claims := testClaims(s, user, api, outcome.Scopes, t.now())
	claims.corrupt(defect, t.now())
	all, err := withClaims(claims, outcome.AccessClaims)
	if err != nil {
		return "", err
	}
	return t.signTestToken(all, defect)
}

// testOutcome is what roles and Actions allow the user of all scopes of the API.
func (t *Tenant) testOutcome(s *settings, user User, api API) (action.Outcome, error) {
	scopes := []string{scopeOpenID, "profile", "email"}
	for _, scope := range api.Scopes {
		scopes = append(scopes, scope.Value)
	}
	client, ok := s.testClient(api.Identifier)
	if !ok {
		return action.Outcome{Scopes: scopes}, nil
	}
	outcome, refused := (&logins{t.log}).decide(s, login{
		client: client, audience: api.Identifier, user: user, requested: scopes,
		protocol: action.ProtocolSignIn, request: action.Request{Method: http.MethodGet, Query: map[string]string{}, Body: map[string]string{}},
	})
	if refused != nil {
		return action.Outcome{}, fmt.Errorf("the tenant refuses the sign-in: %s: %s", refused.Description, refused.cause)
	}
	return outcome, nil
}

// testClient is the first client that may request tokens for an API.
func (s *settings) testClient(audience string) (Client, bool) {
	for _, id := range slices.Sorted(maps.Keys(s.clients)) {
		if _, refused := s.accessible(id, audience); refused == nil {
			return s.clients[id], true
		}
	}
	return Client{}, false
}

func testClaims(s *settings, user User, api API, scopes []string, now time.Time) *accessClaims {
	claims := &accessClaims{
		Issuer: s.issuer, Subject: user.ID, Audience: jwt.Audience{api.Identifier, s.issuer + "userinfo"},
		IssuedAt: now.Unix(), Expires: now.Add(api.TokenLifetime).Unix(), Scope: strings.Join(scopes, " "),
		Permissions: s.permissionsClaim(user.ID, api),
	}
	if ids := slices.Sorted(maps.Keys(s.clients)); len(ids) > 0 {
		claims.AZP = ids[0]
	}
	return claims
}

// corrupt gives the claims a defect, unless it is one of the signature.
func (c *accessClaims) corrupt(defect string, now time.Time) {
	switch defect {
	case "expired":
		c.IssuedAt, c.Expires = now.Add(-2*time.Hour).Unix(), now.Add(-time.Hour).Unix()
	case "early":
		c.IssuedAt, c.Expires = now.Add(time.Hour).Unix(), now.Add(2*time.Hour).Unix()
	case "audience":
		c.Audience = jwt.Audience{"https://another-api.example"}
	case "scope":
		c.Scope = "openid profile email"
	case "issuer":
		c.Issuer = "https://another-tenant.example/"
	}
}

func (t *Tenant) signTestToken(claims any, defect string) (string, error) {
	token, err := t.keys.sign(claims)
	if err != nil || defect != "signature" && defect != "key" && defect != "unsigned" {
		return token, err
	}
	if defect == "unsigned" {
		_, rest, _ := strings.Cut(token, ".")
		payload, _, _ := strings.Cut(rest, ".")
		return "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + payload + ".", nil // {"alg":"none","typ":"JWT"}
	}
	other, err := newSigningKey()
	if err != nil {
		return "", err
	}
	if defect == "signature" {
		other.id = t.keys.public().Keys[0].KeyID
	}
	return signWith(other, claims)
}

// signWith makes a JWT of the claims. Its typ is that of Auth0's own token profile.
// https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
func signWith(key signingKey, claims any) (string, error) {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key.private, KeyID: key.id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}
