package auth0

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Tenant serves an OpenID Connect issuer. It is safe for concurrent use.
//
// A committed Config replaces the one before. All other state (sessions, pending
// logins, codes, tokens, keys, consents) lives as long as the Tenant does and is
// kept in memory only.
type Tenant struct {
	current      atomic.Pointer[settings]
	committed    atomic.Bool // current is from a Config
	keys         *keyring
	sessions     *sessions
	transactions *transactions
	grants       *grants
	consents     *consents
	attempts     *attempts
	issued       *tokenLog
	now          func() time.Time
	log          *slog.Logger
}

// New returns a tenant without clients and APIs, which answers 503 until a Config
// is prepared and committed, except for its discovery document and keys. Its error
// joins all problems of the options. The signing key is generated in the background,
// so that New returns at once.
func New(o Options) (*Tenant, error) {
	return newTenant(o, newKeyring)
}

func newTenant(o Options, keys func() *keyring) (*Tenant, error) {
	if o.Users == nil {
		o.Users = NewUsers()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if err := errors.Join(checkIssuer(o.Issuer), o.Users.checkReady(o.ReadyUser), checkSecond(o.SecondUser)); err != nil {
		return nil, err
	}
	o.Users.setReady(o.ReadyUser)
	t := &Tenant{
		keys:         keys(),
		sessions:     newSessions(o.Issuer, o.Now),
		transactions: newTransactions(o.Issuer, o.Now),
		grants:       newGrants(o.Now),
		consents:     newConsents(),
		attempts:     newAttempts(o.Now),
		issued:       &tokenLog{},
		now:          o.Now,
		log:          o.Logger,
	}
	t.current.Store(emptySettings(o.Issuer, o.Users, o.ReadyUser, o.SecondUser))
	return t, nil
}

// Prepare checks the whole of cfg, and changes nothing that is served. The error
// joins all problems. Commit serves cfg from then on, while people stay signed in.
func (t *Tenant) Prepare(_ context.Context, cfg Config) (commit func(), err error) {
	s, err := t.current.Load().with(cfg)
	if err != nil {
		return nil, err
	}
	return func() {
		s.users.setReady(s.readyUsers()...)
		t.current.Store(s)
		t.committed.Store(true)
	}, nil
}

// RotateKeys signs with a new key from now on. Tokens signed with the previous key
// still verify, earlier ones no longer do.
func (t *Tenant) RotateKeys() error { return t.keys.rotate() }

// Handler serves the tenant. All its paths are the issuer's.
func (t *Tenant) Handler() http.Handler {
	mux := http.NewServeMux()
	pages := newPages(t.log, t.current.Load().users)
	t.addProtocol(mux)
	t.addPages(mux, pages)
	mux.HandleFunc("GET /{$}", pages.home)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		pages.error(w, &pageError{Status: http.StatusNotFound, Detail: "There is nothing at " + r.URL.Path + "."})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The discovery document and the keys depend on the options only.
		if !t.committed.Load() && !strings.HasPrefix(r.URL.Path, "/.well-known/") {
			http.Error(w, "the tenant is starting: try again in a moment", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// addProtocol adds the endpoints for programs.
func (t *Tenant) addProtocol(mux *http.ServeMux) {
	minter := &minter{keys: t.keys, grants: t.grants, issued: t.issued, now: t.now}
	logins := &logins{t.log}
	api := func(path string, next http.Handler, methods ...string) {
		mux.Handle(path, &cors{settings: t.current.Load, methods: append(methods, http.MethodOptions), next: next, log: t.log})
	}
	api("/oauth/token", &tokenHandler{settings: t.current.Load, grants: t.grants, logins: logins, minter: minter, log: t.log}, http.MethodPost)
	api("/oauth/revoke", &revokeHandler{settings: t.current.Load, grants: t.grants, log: t.log}, http.MethodPost)
	api("/userinfo", &userinfoHandler{settings: t.current.Load, grants: t.grants, log: t.log}, http.MethodGet, http.MethodPost)
	document := newMetadata(t.current.Load().issuer)
	mux.Handle("GET /.well-known/openid-configuration", public(func() any { return document }))
	mux.Handle("GET /.well-known/jwks.json", public(func() any { return t.keys.public() }))
	mux.Handle("GET /avatars/{file}", &avatarHandler{t.current.Load})
}

// addPages adds the pages for people.
func (t *Tenant) addPages(mux *http.ServeMux, pages *pages) {
	responder := &responder{pages: pages, log: t.log}
	a := &authorizer{
		settings: t.current.Load, sessions: t.sessions, transactions: t.transactions, grants: t.grants,
		consents: t.consents, logins: &logins{t.log}, responder: responder, pages: pages, now: t.now,
	}
	mux.Handle("GET /authorize", a)
	mux.Handle("POST /authorize", a)
	mux.HandleFunc("GET /authorize/resume", a.resume)
	f := &forms{
		settings: t.current.Load, sessions: t.sessions, transactions: t.transactions, consents: t.consents,
		attempts: t.attempts, responder: responder, pages: pages, now: t.now, log: t.log,
	}
	mux.HandleFunc("GET /u/login", f.showLogin)
	mux.HandleFunc("POST /u/login", f.submitLogin)
	mux.HandleFunc("GET /u/signup", f.showSignup)
	mux.HandleFunc("POST /u/signup", f.submitSignup)
	mux.HandleFunc("GET /u/consent", f.showConsent)
	mux.HandleFunc("POST /u/consent", f.submitConsent)
	mux.HandleFunc("POST /u/cancel", f.cancel)
	mux.HandleFunc("GET /u/tenant.css", asset("tenant.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /u/icon.svg", asset("icon.svg", "image/svg+xml"))
	mux.HandleFunc("GET /favicon.ico", asset("icon.svg", "image/svg+xml"))
	mux.Handle("GET /v2/logout", &logoutHandler{settings: t.current.Load, sessions: t.sessions, pages: pages})
}
