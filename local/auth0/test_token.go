package auth0

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
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

// TestToken makes an access token of a user for an API, as a client would get it
// with all scopes of the API, but with one defect, by its name; "" is a valid
// token. It needs no sign-in and no client: what it returns is for tests on this
// machine.
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
	claims := testClaims(s, user, api, t.now())
	claims.corrupt(defect, t.now())
	return t.signTestToken(claims, defect)
}

func testClaims(s *settings, user User, api API, now time.Time) *accessClaims {
	scopes := []string{scopeOpenID, "profile", "email"}
	for _, scope := range api.Scopes {
		scopes = append(scopes, scope.Value)
	}
	claims := &accessClaims{
		Issuer: s.issuer, Subject: user.ID, Audience: jwt.Audience{api.Identifier, s.issuer + "userinfo"},
		IssuedAt: now.Unix(), Expires: now.Add(api.TokenLifetime).Unix(), Scope: strings.Join(scopes, " "),
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

func (t *Tenant) signTestToken(claims *accessClaims, defect string) (string, error) {
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
