package auth0

import (
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"

	"api-auth-jwt-auth0/local/auth0/action"
)

// minter issues tokens in Auth0's format.
type minter struct {
	keys   *keyring
	grants *grants
	issued *tokenLog
	now    func() time.Time
}

// tokenAnswer is the body of a successful token request.
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
	TokenType    string `json:"token_type"`
}

// accessClaims are those of Auth0's own token profile.
// https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
type accessClaims struct {
	Issuer   string       `json:"iss"`
	Subject  string       `json:"sub"`
	Audience jwt.Audience `json:"aud"` // one value becomes a plain string
	IssuedAt int64        `json:"iat"`
	Expires  int64        `json:"exp"`
	Scope    string       `json:"scope,omitempty"`
	AZP      string       `json:"azp,omitempty"`
	// Permissions are those of the user's roles, in the dialect that has them; then an
	// empty list is written too.
	Permissions *[]string `json:"permissions,omitempty"`
}

// idClaims are the profile, and what OpenID Connect adds to it.
// https://openid.net/specs/openid-connect-core-1_0.html#IDToken
type idClaims struct {
	profile
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	AuthTime int64  `json:"auth_time,omitempty"`
	SID      string `json:"sid"`
	Nonce    string `json:"nonce,omitempty"`
}

// profile is the user's profile in ID tokens and /userinfo.
type profile struct {
	Subject       string `json:"sub"`
	Nickname      string `json:"nickname,omitempty"`
	Name          string `json:"name,omitempty"`
	Picture       string `json:"picture,omitempty"`
	UpdatedAt     string `json:"updated_at,omitempty"`
	Email         string `json:"email,omitempty"`
	EmailVerified *bool  `json:"email_verified,omitempty"`
}

// profileOf returns what the scopes allow:
// https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims.
// updated_at is a date as Auth0 writes it, where the specification has a number.
func profileOf(user User, scopes []string, issuer string) profile {
	p := profile{Subject: user.ID}
	if slices.Contains(scopes, scopeProfile) {
		p.Nickname, p.Name = user.Nickname(), user.Name
		p.Picture = issuer + "avatars/" + user.avatar() + ".svg"
		p.UpdatedAt = user.UpdatedAt.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	if slices.Contains(scopes, scopeEmail) {
		p.Email, p.EmailVerified = user.Email, &user.EmailVerified
	}
	return p
}

// mint makes the tokens of one answer, without a refresh token. first is false
// for a refresh, whose ID token repeats no nonce.
func (m *minter) mint(s *settings, g *grant, user User, outcome action.Outcome, first bool) (*tokenAnswer, *oauthError) {
	scopes := outcome.Scopes
	if _, refused := s.accessible(g.ClientID, g.Audience); refused != nil {
		return nil, refused.because("the configuration changed since the sign-in")
	}
	access, lifetime, err := m.access(s, g, outcome)
	if err != nil {
		return nil, errServer.because(err.Error())
	}
	m.issued.add(m.now(), "access", g, access)
	m.grants.keepAccess(access, g, scopes, m.now().Add(lifetime))
	answer := &tokenAnswer{
		AccessToken: access,
		Scope:       strings.Join(scopes, " "),
		ExpiresIn:   int64(lifetime / time.Second),
		TokenType:   "Bearer",
	}
	if slices.Contains(scopes, scopeOpenID) {
		if answer.IDToken, err = m.id(s, g, user, outcome, first); err != nil {
			return nil, errServer.because(err.Error())
		}
		m.issued.add(m.now(), "id", g, answer.IDToken)
	}
	return answer, nil
}

// access is a JWT for the grant's API. Without an API it is opaque, and valid only
// for /userinfo.
// https://auth0.com/docs/secure/tokens/access-tokens
func (m *minter) access(s *settings, g *grant, outcome action.Outcome) (string, time.Duration, error) {
	api, ok := s.apis[g.Audience]
	if !ok {
		return newSecret(), userinfoTokenLifetime, nil
	}
	now := m.now()
	claims := accessClaims{
		Issuer: s.issuer, Subject: g.UserID, Audience: jwt.Audience{api.Identifier},
		IssuedAt: now.Unix(), Expires: now.Add(api.TokenLifetime).Unix(),
		Scope: strings.Join(outcome.Scopes, " "), AZP: g.ClientID, Permissions: s.permissionsClaim(g.UserID, api),
	}
	if slices.Contains(outcome.Scopes, scopeOpenID) {
		claims.Audience = append(claims.Audience, s.issuer+"userinfo")
	}
	all, err := withClaims(claims, outcome.AccessClaims)
	if err != nil {
		return "", 0, err
	}
	token, err := m.keys.sign(all)
	return token, api.TokenLifetime, err
}

func (s *settings) permissionsClaim(userID string, api API) *[]string {
	if !api.RBAC || api.Dialect != DialectWithPermissions {
		return nil
	}
	held := s.permissions(userID, api.Identifier)
	return &held
}

// id is an ID token. It has a nonce on the first answer only, and auth_time
// only for clients that asked for max_age.
// https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
func (m *minter) id(s *settings, g *grant, user User, outcome action.Outcome, first bool) (string, error) {
	now := m.now()
	claims := idClaims{
		profile: profileOf(user, outcome.Scopes, s.issuer),
		Issuer:  s.issuer, Audience: g.ClientID, SID: g.SID,
		IssuedAt: now.Unix(), Expires: now.Add(s.clients[g.ClientID].IDTokenLifetime).Unix(),
	}
	if first {
		claims.Nonce = g.Nonce
	}
	if g.WithAuthTime {
		claims.AuthTime = g.AuthTime.Unix()
	}
	all, err := withClaims(claims, outcome.IDClaims)
	if err != nil {
		return "", err
	}
	return m.keys.sign(all)
}
