package auth0

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// Tenant serves an OpenID Connect issuer. It is safe for concurrent use.
//
// Its configuration can be replaced by Reload. Everything else it knows —
// sessions, pending logins, codes, tokens, keys, consents — lives as long as
// the Tenant does and is kept in memory only.
type Tenant struct {
	current      atomic.Pointer[settings]
	keys         *keyring
	sessions     *sessions
	transactions *transactions
	grants       *grants
	consents     *consents
	attempts     *attempts
	issued       *issuedTokens
	now          func() time.Time
	log          *slog.Logger
}

// New validates the configuration; its error joins all problems. The signing
// key is made in the background, so that New returns at once.
func New(cfg Config) (*Tenant, error) {
	s, err := newSettings(cfg)
	if err != nil {
		return nil, err
	}
	t := newTenant(cfg, newKeyring())
	t.use(s)
	return t, nil
}

func newTenant(cfg Config, keys *keyring) *Tenant {
	now, log := cfg.Now, cfg.Logger
	if now == nil {
		now = time.Now
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Tenant{
		keys:         keys,
		sessions:     newSessions(cfg.Issuer, now),
		transactions: newTransactions(cfg.Issuer, now),
		grants:       newGrants(now),
		consents:     newConsents(),
		attempts:     newAttempts(now),
		issued:       &issuedTokens{},
		now:          now,
		log:          log,
	}
}

// Reload replaces the configuration while people stay signed in. The issuer
// must stay; Now and Logger are those given to New. Where Users is nil, those
// the tenant has remain. On an error nothing changes.
func (t *Tenant) Reload(cfg Config) error {
	before := t.current.Load()
	if cfg.Issuer != before.issuer {
		return fmt.Errorf("issuer %q: a tenant keeps its issuer %q; start a new one", cfg.Issuer, before.issuer)
	}
	if cfg.Users == nil {
		cfg.Users = before.users
	}
	s, err := newSettings(cfg)
	if err != nil {
		return err
	}
	t.use(s)
	return nil
}

func (t *Tenant) use(s *settings) {
	s.users.setReady(s.ready)
	t.current.Store(s)
}

// RotateKeys signs with a new key from now on. Tokens signed by the one before
// still verify, those signed earlier no longer do.
func (t *Tenant) RotateKeys() error { return t.keys.rotate() }

// Handler serves the tenant. All its paths are the issuer's.
func (t *Tenant) Handler() http.Handler {
	mux := http.NewServeMux()
	pages := newPages(t.log)
	t.addProtocol(mux)
	t.addPages(mux, pages)
	mux.HandleFunc("GET /{$}", pages.home)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		pages.error(w, &pageError{http.StatusNotFound, "There is nothing at " + r.URL.Path + ".", ""})
	})
	return mux
}

// addProtocol adds what programs call.
func (t *Tenant) addProtocol(mux *http.ServeMux) {
	minter := &minter{t.keys, t.grants, t.issued, t.now}
	api := func(path string, next http.Handler, methods ...string) {
		mux.Handle(path, &cors{t.current.Load, append(methods, http.MethodOptions), next, t.log})
	}
	api("/oauth/token", &tokenHandler{t.current.Load, t.grants, minter, t.log}, http.MethodPost)
	api("/oauth/revoke", &revokeHandler{t.current.Load, t.grants, t.log}, http.MethodPost)
	api("/userinfo", &userinfoHandler{t.current.Load, t.grants, t.log}, http.MethodGet, http.MethodPost)
	document := newMetadata(t.current.Load().issuer)
	mux.Handle("GET /.well-known/openid-configuration", public(func() any { return document }))
	mux.Handle("GET /.well-known/jwks.json", public(func() any { return t.keys.public() }))
	mux.Handle("GET /avatars/{file}", &avatarHandler{t.current.Load})
}

// addPages adds what people see.
func (t *Tenant) addPages(mux *http.ServeMux, pages *pages) {
	responder := &responder{pages, t.log}
	a := &authorizer{t.current.Load, t.sessions, t.transactions, t.grants, t.consents, responder, pages, t.now}
	mux.Handle("GET /authorize", a)
	mux.Handle("POST /authorize", a)
	mux.HandleFunc("GET /authorize/resume", a.resume)
	f := &forms{t.current.Load, t.sessions, t.transactions, t.consents, t.attempts, responder, pages, t.now, t.log}
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
	mux.Handle("GET /v2/logout", &logoutHandler{t.current.Load, t.sessions, pages})
}
