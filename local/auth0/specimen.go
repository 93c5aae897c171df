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

// Flaw is one thing that can be wrong with a token, for trying out what the API
// says to it. Words tell a developer what it is.
type Flaw struct{ Name, Words string }

// Flaws are what [Tenant.Specimen] can make.
func Flaws() []Flaw {
	return []Flaw{
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

// Specimen makes an access token of a user for an API, as a client would get it
// with all scopes of the API, but with one flaw; "" is a good token. It needs no
// sign-in and no client: what it returns is for tests on this machine.
func (t *Tenant) Specimen(userID, audience, flaw string) (string, error) {
	s := t.current.Load()
	user, ok := s.users.byID(userID)
	if !ok {
		return "", fmt.Errorf("the tenant has no user %q", userID)
	}
	api, ok := s.apis[audience]
	if !ok {
		return "", fmt.Errorf("the tenant has no API %q: it has %q", audience, slices.Sorted(maps.Keys(s.apis)))
	}
	if flaw != "" && !slices.ContainsFunc(Flaws(), func(f Flaw) bool { return f.Name == flaw }) {
		return "", fmt.Errorf("a token cannot have the flaw %q", flaw)
	}
	if flaw == "opaque" {
		return newSecret(), nil
	}
	claims := specimenClaims(s, user, api, t.now())
	claims.spoil(flaw, t.now())
	return t.signSpecimen(claims, flaw)
}

func specimenClaims(s *settings, user User, api API, now time.Time) *accessClaims {
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

// spoil gives the claims a flaw, if it is one of theirs.
func (c *accessClaims) spoil(flaw string, now time.Time) {
	switch flaw {
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

func (t *Tenant) signSpecimen(claims *accessClaims, flaw string) (string, error) {
	token, err := t.keys.sign("JWT", claims)
	if err != nil || flaw != "signature" && flaw != "key" && flaw != "unsigned" {
		return token, err
	}
	if flaw == "unsigned" {
		_, rest, _ := strings.Cut(token, ".")
		payload, _, _ := strings.Cut(rest, ".")
		return "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + payload + ".", nil // {"alg":"none","typ":"JWT"}
	}
	other, err := newSigningKey()
	if err != nil {
		return "", err
	}
	if flaw == "signature" {
		other.id = t.keys.public().Keys[0].KeyID
	}
	return signWith(other, "JWT", claims)
}

// signWith makes a JWT with header typ of the claims.
func signWith(key signingKey, typ string, claims any) (string, error) {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key.private, KeyID: key.id}},
		(&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}
