package auth0

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// Session is a browser that is signed in.
type Session struct {
	ID                 string // the sid claim
	UserID             string
	SignedIn, LastSeen time.Time
}

// Grant is what one sign-in allowed one client.
type Grant struct {
	ID                         string
	ClientID, UserID, Audience string
	SessionID                  string
	Scopes                     []string  // at the sign-in; a renewal may give others
	AuthTime, LastUsed         time.Time // LastUsed is zero without a refresh token
	Refreshed                  int       // how often
	Revoked, Expired           bool      // no more tokens are issued
}

// IssuedToken is a token that was signed. Text is the token without its signature.
type IssuedToken struct {
	At               time.Time
	Kind             string // "access" or "id"
	UserID, ClientID string
	Text             string
}

// ErrNotFound reports that no session, grant or user has this ID; it may have
// ended.
var ErrNotFound = errors.New("not found in the tenant, or no longer there")

// Sessions lists the browsers that are signed in, the latest first.
func (t *Tenant) Sessions() []Session {
	s := t.sessions
	s.mu.Lock()
	defer s.mu.Unlock()
	now, list := s.now(), []Session{}
	for _, r := range s.table.rows {
		if now.Before(r.expires) && now.Sub(r.value.lastSeen) < sessionIdleLifetime {
			list = append(list, Session{r.value.ID, r.value.UserID, r.value.signedIn, r.value.lastSeen})
		}
	}
	slices.SortFunc(list, func(a, b Session) int {
		return cmp.Or(b.SignedIn.Compare(a.SignedIn), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// EndSession signs a browser out, as if its cookie were gone. Its tokens stay.
func (t *Tenant) EndSession(id string) error {
	s := t.sessions
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, r := range s.table.rows {
		if r.value.ID == id {
			s.table.drop(key)
			return nil
		}
	}
	return ErrNotFound
}

// endAll signs a user out of every browser.
func (s *sessions) endAll(userID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, r := range s.table.rows {
		if r.value.UserID == userID {
			s.table.drop(key)
		}
	}
}

// maxGrants bounds what Grants lists.
const maxGrants = 200

// Grants lists the latest grants that have given a token, the latest first.
func (t *Tenant) Grants() []Grant {
	g, clients := t.grants, t.current.Load().clients
	g.mu.Lock()
	defer g.mu.Unlock()
	list := []Grant{}
	for _, granted := range g.withTokens() {
		list = append(list, Grant{
			ID: granted.id, ClientID: granted.ClientID, UserID: granted.UserID, Audience: granted.Audience,
			SessionID: granted.SID, Scopes: slices.Clone(granted.Outcome.Scopes), AuthTime: granted.AuthTime,
			LastUsed: granted.lastUsed, Refreshed: max(0, granted.generation-1), Revoked: granted.revoked,
			Expired: granted.expired(g.now(), clients[granted.ClientID].RefreshToken),
		})
	}
	slices.SortFunc(list, func(a, b Grant) int {
		return cmp.Or(b.AuthTime.Compare(a.AuthTime), cmp.Compare(a.ID, b.ID))
	})
	return list[:min(len(list), maxGrants)]
}

// RevokeGrant ends a grant's refresh tokens, and its access tokens at /userinfo. An
// API continues to accept access tokens until they expire, as with Auth0.
func (t *Tenant) RevokeGrant(id string) error {
	return t.grants.change(id, func(granted *grant) { granted.revoked = true })
}

// ErrNeverExpires reports that a grant has no refresh token, or that the client's
// have no lifetime.
var ErrNeverExpires = errors.New("the grant has no refresh token with a lifetime: set one on the application, or revoke the grant")

// ExpireGrant expires a grant's refresh tokens immediately.
func (t *Tenant) ExpireGrant(id string) error {
	clients, err := t.current.Load().clients, error(nil)
	notFound := t.grants.change(id, func(granted *grant) {
		policy := clients[granted.ClientID].RefreshToken
		if granted.generation == 0 || policy.Lifetime == 0 && policy.IdleLifetime == 0 {
			err = ErrNeverExpires
			return
		}
		granted.started, granted.lastUsed = time.Time{}, time.Time{}
	})
	return errors.Join(notFound, err)
}

// KeyIDs are the IDs of the published keys, the signing key first.
func (t *Tenant) KeyIDs() []string {
	var ids []string
	for _, key := range t.keys.public().Keys {
		ids = append(ids, key.KeyID)
	}
	return ids
}

// IssuedTokens lists the latest tokens, the latest first.
func (t *Tenant) IssuedTokens() []IssuedToken { return t.issued.list() }

// withTokens are all grants that have a token, each with an ID. g.mu must be held.
func (g *grants) withTokens() map[string]*grant {
	found := map[string]*grant{}
	add := func(granted *grant) {
		if granted.id == "" {
			granted.id = newHex(8)
		}
		found[granted.id] = granted
	}
	for _, r := range g.refresh.rows {
		add(r.value.grant)
	}
	for _, r := range g.access.rows {
		add(r.value.grant)
	}
	return found
}

func (g *grants) change(id string, change func(*grant)) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	granted, ok := g.withTokens()[id]
	if !ok {
		return ErrNotFound
	}
	change(granted)
	return nil
}

// revokeAll revokes what a user's sign-ins have granted, codes included.
func (g *grants) revokeAll(userID string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, granted := range g.withTokens() {
		granted.revoked = granted.revoked || granted.UserID == userID
	}
	for key, r := range g.codes.rows {
		if r.value.grant.UserID == userID {
			g.codes.drop(key)
		}
	}
}

// maxIssued bounds how many tokens are kept.
const maxIssued = 100

// tokenLog remembers the latest tokens. Without its signature a token can be read
// but not used.
type tokenLog struct {
	mu     sync.Mutex
	tokens []IssuedToken // oldest first
}

func (i *tokenLog) add(at time.Time, kind string, granted *grant, token string) {
	end := strings.LastIndexByte(token, '.')
	if end < 0 {
		return // opaque
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.tokens = append(i.tokens, IssuedToken{at, kind, granted.UserID, granted.ClientID, token[:end]})
	if len(i.tokens) > maxIssued {
		i.tokens = slices.Delete(i.tokens, 0, 1)
	}
}

func (i *tokenLog) list() []IssuedToken {
	i.mu.Lock()
	defer i.mu.Unlock()
	list := slices.Clone(i.tokens)
	slices.Reverse(list)
	return list
}
