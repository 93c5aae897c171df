package auth0

import (
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Auth0's defaults for a persistent session.
// https://auth0.com/docs/manage-users/sessions/session-lifetime-limits
const (
	sessionLifetime     = 168 * time.Hour
	sessionIdleLifetime = 72 * time.Hour
)

// sessions are the signed-in browsers. A cookie is a random identifier; the
// session's content stays here.
type sessions struct {
	now    func() time.Time
	cookie cookie

	mu    sync.Mutex
	table *expiringMap[session]
}

// session is one sign-in in one browser.
type session struct {
	key    string // of the table: a digest of the cookie
	ID     string // the sid claim
	UserID string

	signedIn, lastSeen time.Time
}

func newSessions(issuer string, now func() time.Time) *sessions {
	return &sessions{
		now:    now,
		cookie: newCookie("auth0", issuer, "/authorize", "/u", "/v2/logout"),
		table:  newExpiringMap[session](10_000),
	}
}

// start signs the browser in, with a new cookie value so that a planted one is
// useless.
func (s *sessions) start(w http.ResponseWriter, r *http.Request, userID string) session {
	s.end(w, r)
	now, name := s.now(), newSecret()
	started := session{key: digest(name), ID: newSecret()[:32], UserID: userID, signedIn: now, lastSeen: now}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table.put(started.key, started, now, now.Add(sessionLifetime))
	s.cookie.set(w, name, sessionLifetime)
	return started
}

// current is the session that the request belongs to, if it has not expired.
func (s *sessions) current(r *http.Request) (session, bool) {
	name, ok := s.cookie.get(r)
	if !ok {
		return session{}, false
	}
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.table.get(digest(name), now)
	if !ok || now.Sub(found.lastSeen) >= sessionIdleLifetime {
		return session{}, false
	}
	found.lastSeen = now
	s.table.put(found.key, found, now, found.signedIn.Add(sessionLifetime))
	return found, true
}

// find returns a session by its key, for the pages of its own transaction.
func (s *sessions) find(key string) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.table.get(key, s.now())
}

// end signs the browser out.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) {
	name, ok := s.cookie.get(r)
	if !ok {
		return
	}
	s.mu.Lock()
	s.table.drop(digest(name))
	s.mu.Unlock()
	s.cookie.clear(w)
}

// cookie is a cookie that page scripts cannot read and that comes only to the
// tenant's own paths. Browsers share cookies between the ports of
// a host, so without the paths the site and the API on localhost would receive the
// session, and without the port in the name two tenants would overwrite each
// other's sessions.
type cookie struct {
	name   string
	secure bool
	paths  []string
}

// newCookie adds the issuer's port to the name, and makes the cookie Secure if the
// issuer has TLS.
func newCookie(name, issuer string, paths ...string) cookie {
	u, err := url.Parse(issuer)
	if err == nil && u.Port() != "" {
		name += "_" + u.Port()
	}
	return cookie{name, err == nil && u.Scheme == "https", paths}
}

// set sends the cookie once for each path. SameSite=Lax lets hidden frames of the
// site use it: the ports of localhost are one site. Under TLS it is None, as
// Auth0's is, for frames of a site on another host; browsers then require Secure.
// https://html.spec.whatwg.org/multipage/browsers.html#same-site
func (c cookie) set(w http.ResponseWriter, value string, lifetime time.Duration) {
	sameSite := http.SameSiteLaxMode
	if c.secure {
		sameSite = http.SameSiteNoneMode
	}
	for _, path := range c.paths {
		http.SetCookie(w, &http.Cookie{
			Name: c.name, Value: value, Path: path, MaxAge: int(lifetime / time.Second),
			HttpOnly: true, Secure: c.secure, SameSite: sameSite,
		})
	}
}

func (c cookie) clear(w http.ResponseWriter) { c.set(w, "", -time.Second) }

func (c cookie) get(r *http.Request) (string, bool) {
	found, err := r.Cookie(c.name)
	if err != nil || found.Value == "" {
		return "", false
	}
	return found.Value, true
}
