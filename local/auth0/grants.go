package auth0

import (
	"sync"
	"time"

	"api-auth-jwt-auth0/local/auth0/action"
)

const (
	// codeLifetime is short: the client is waiting for the code. Auth0's own
	// value is not documented; RFC 6749 section 4.1.2 allows ten minutes.
	codeLifetime = time.Minute
	// codeMemory is how long a used code is remembered, to notice a replay.
	codeMemory = 24 * time.Hour
	// noLimit is the lifetime of a refresh token whose policy has none.
	noLimit = 100 * 365 * 24 * time.Hour
)

// grant is what one sign-in allowed one client. All its codes and tokens refer to
// it, so that they can be revoked together.
type grant struct {
	ClientID, UserID, SID string
	Audience              string   // an API's identifier, or ""
	Scopes                []string // the scopes that the client wants and may have
	Outcome               action.Outcome
	Nonce                 string
	AuthTime              time.Time
	WithAuthTime          bool // the client asked for max_age

	// Below: guarded by grants.mu.
	id         string // for Grants; empty until it is called
	revoked    bool
	started    time.Time // of the family of refresh tokens
	lastUsed   time.Time
	generation int // of the newest refresh token; 0 when there is none
}

// grants stores codes and tokens by their digests, and enforces how they are used.
type grants struct {
	now func() time.Time

	mu      sync.Mutex
	codes   *expiringMap[code]
	refresh *expiringMap[refreshToken]
	access  *expiringMap[accessToken]
}

type code struct {
	grant                  *grant
	redirectURI, challenge string
	expires                time.Time
	used                   bool
}

type refreshToken struct {
	grant      *grant
	generation int
}

type accessToken struct {
	grant  *grant
	scopes []string
}

func newGrants(now func() time.Time) *grants {
	return &grants{
		now:     now,
		codes:   newExpiringMap[code](10_000),
		refresh: newExpiringMap[refreshToken](50_000),
		access:  newExpiringMap[accessToken](50_000),
	}
}

// issueCode makes a code for one exchange.
func (g *grants) issueCode(granted *grant, redirectURI, challenge string) string {
	secret, now := newSecret(), g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.codes.put(digest(secret), code{granted, redirectURI, challenge, now.Add(codeLifetime), false}, now, now.Add(codeMemory))
	return secret
}

// redeem uses up a code, whether or not the rest of the request is valid. A second
// use revokes the tokens of the first:
// https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.
func (g *grants) redeem(secret, clientID, redirectURI, verifier string) (*grant, *oauthError) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, key := g.now(), digest(secret)
	found, ok := g.codes.get(key, now)
	if !ok {
		return nil, errInvalidCode.because("no such code")
	}
	if found.used {
		found.grant.revoked = true
		return nil, errInvalidCode.because("code used before; its tokens are revoked")
	}
	if found.grant.ClientID != clientID {
		return nil, errInvalidCode.because("code of another client")
	}
	found.used = true
	g.codes.put(key, found, now, now.Add(codeMemory))
	switch {
	case !now.Before(found.expires):
		return nil, errInvalidCode.because("code expired")
	case found.redirectURI != redirectURI:
		return nil, errWrongRedirect(redirectURI, found.redirectURI)
	case !verifies(verifier, found.challenge):
		return nil, errVerifier.because("")
	}
	return found.grant, nil
}

// issueRefresh makes the first refresh token of a grant.
func (g *grants) issueRefresh(granted *grant) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	granted.started, granted.lastUsed, granted.generation = now, now, 1
	return g.newRefresh(granted)
}

func (g *grants) newRefresh(granted *grant) string {
	secret, now := newSecret(), g.now()
	g.refresh.put(digest(secret), refreshToken{granted, granted.generation}, now, now.Add(noLimit))
	return secret
}

// use exchanges a refresh token. With rotation it returns the next token; without,
// "".
// https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation
func (g *grants) use(secret, clientID string, policy RefreshTokenPolicy) (*grant, string, *oauthError) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	found, ok := g.refresh.get(digest(secret), now)
	switch {
	case !ok:
		return nil, "", errRefreshToken.because("no such refresh token")
	case found.grant.ClientID != clientID:
		return nil, "", errRefreshToken.because("refresh token of another client")
	case found.grant.revoked:
		return nil, "", errRefreshToken.because("refresh token revoked")
	}
	family := found.grant
	if family.expired(now, policy) {
		return nil, "", errRefreshToken.because("refresh token expired")
	}
	if why := reused(found, now, policy.Leeway); why != "" {
		family.revoked = true
		return nil, "", errRefreshToken.because(why)
	}
	if !policy.Rotating {
		family.lastUsed = now
		return family, "", nil
	}
	if found.generation == family.generation {
		family.generation++
		family.lastUsed = now
	}
	return family, g.newRefresh(family), nil
}

// expired reports whether a lifetime of the family of refresh tokens, if there is
// one, has passed. grants.mu must be held.
func (g *grant) expired(now time.Time, policy RefreshTokenPolicy) bool {
	return g.generation > 0 && (elapsed(now, g.started, policy.Lifetime) || elapsed(now, g.lastUsed, policy.IdleLifetime))
}

// reused detects a token that was used before. Only the latest used one may be
// presented again, and only within the leeway.
func reused(t refreshToken, now time.Time, leeway time.Duration) string {
	switch t.generation {
	case t.grant.generation:
		return ""
	case t.grant.generation - 1:
		if now.Sub(t.grant.lastUsed) < leeway {
			return ""
		}
	}
	return "refresh token used before; its family is revoked"
}

// elapsed reports whether a lifetime has passed; zero means no limit.
func elapsed(now, since time.Time, lifetime time.Duration) bool {
	return lifetime > 0 && now.Sub(since) >= lifetime
}

// revoke ends all tokens of the refresh token's grant. Tokens of other clients
// and unknown ones are ignored without an error:
// https://www.rfc-editor.org/rfc/rfc7009#section-2.2.
func (g *grants) revoke(secret, clientID string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	found, ok := g.refresh.get(digest(secret), g.now())
	if ok && found.grant.ClientID == clientID {
		found.grant.revoked = true
	}
}

// keepAccess stores an access token for /userinfo.
func (g *grants) keepAccess(secret string, granted *grant, scopes []string, expires time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.access.put(digest(secret), accessToken{granted, scopes}, g.now(), expires)
}

// findAccess is the access token's grant, unless it expired or was revoked.
func (g *grants) findAccess(secret string) (accessToken, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	found, ok := g.access.get(digest(secret), g.now())
	return found, ok && !found.grant.revoked
}
