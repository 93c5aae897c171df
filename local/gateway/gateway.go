package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"sync/atomic"
	"time"
)

// Options are the fixed settings of a Gateway.
type Options struct {
	// Invoke calls a function, by the name that its [Route] has, with an event in
	// payload format 2.0, and returns the function's output. An error means that
	// the function failed. It must return soon after ctx is done, and may be
	// called concurrently. It owns event. It must be set.
	Invoke func(ctx context.Context, function string, event []byte) ([]byte, error)

	// Wait, when set, is called before Invoke with the same event, and returns once
	// the function may be invoked, such as when saved code has been built. It does not
	// count as the integration's time. An error means that the function failed.
	Wait func(ctx context.Context, function string, event []byte) error

	// HTTPClient fetches discovery documents and keys; nil means a client of its
	// own. Its CheckRedirect is never used: no redirect is followed.
	HTTPClient *http.Client

	Now       func() time.Time // nil: time.Now
	Logger    *slog.Logger     // nil discards
	AccessLog io.Writer        // one line per request, in its stage's format; nil: none

	// OnRequest receives each request before it is handled, as a Trace of which
	// RequestID, Request and Start are set. It is called concurrently, and the
	// request waits for it. Nil: not called.
	OnRequest func(Trace)

	// OnTrace receives each request after its answer. It is called concurrently,
	// and the connection waits for it. Nil: not called.
	OnTrace func(Trace)
}

// Config describes one HTTP API as it is deployed: its stages, its routes and
// how they are authorized.
type Config struct {
	ID        string // requestContext.apiId
	AccountID string // requestContext.accountId, 12 digits

	// DomainName is requestContext.domainName: the host, with its port if it
	// has one, under which clients reach the API.
	DomainName string

	Stages []Stage // at least one
	Routes []Route // at most 300
	CORS   *CORS   // nil: none is configured
}

// Stage is a deployed stage. Its name is the first segment of every path, except
// for "$default", which has no prefix and serves what no other stage does.
type Stage struct {
	Name string

	// ThrottleRate, in requests per second, and ThrottleBurst, in requests, apply
	// to each route separately. Both zero means the account's defaults.
	ThrottleRate  float64
	ThrottleBurst int

	// AccessLogFormat is a text with $context variables; empty: no access log.
	AccessLogFormat string
}

// Route sends the requests that match Key to a function.
type Route struct {
	Key        string         // "GET /private", "ANY /x/{id}", "GET /files/{proxy+}", "$default"
	Authorizer *JWTAuthorizer // nil: authorization NONE
	Scopes     []string       // the token needs one of them; at most 10

	Function     string // what Invoke is called with
	NotPermitted bool   // the API may not invoke the function, so that each request fails

	Timeout time.Duration // of the integration, 50 ms to 30 s; zero means 30 s

	// NoTimeout removes the integration's timeout, such as while its function is
	// stopped at a breakpoint.
	NoTimeout bool
}

// JWTAuthorizer accepts tokens of one issuer for any of the audiences.
type JWTAuthorizer struct {
	Name           string
	Issuer         string   // exactly as the iss claim, Auth0's with its trailing slash
	Audiences      []string // at most 50
	IdentitySource string   // "$request.header.NAME" or "$request.querystring.NAME"
}

// Gateway serves one HTTP API. It is safe for concurrent use.
type Gateway struct {
	options   Options // with defaults
	accessLog *accessLog
	served    atomic.Pointer[api] // one without stages before the first commit
}

// New returns a gateway that answers 503 until a configuration is committed.
func New(o Options) (*Gateway, error) {
	if o.Invoke == nil {
		return nil, errors.New("gateway: Invoke is nil: set what calls functions")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	g := &Gateway{options: o, accessLog: newAccessLog(o.AccessLog)}
	g.served.Store(&api{Gateway: g})
	return g, nil
}

// Prepare validates cfg and fetches the keys of each issuer for which the gateway has
// none, as the deployment of a JWT authorizer does. The error joins every problem of cfg,
// or names the issuer whose keys cannot be fetched. Nothing that is served changes before
// commit, which may be called once and does not fail; without it, Prepare leaves no
// trace. If cfg equals the served Config, commit changes nothing. cfg must not be changed
// afterwards.
//
// The new configuration keeps the keys of issuers that it shares with the one that
// was served when Prepare was called, and the tokens in a route's throttle bucket
// on a stage whose limits stay. Requests in progress finish under the configuration
// that they began with.
func (g *Gateway) Prepare(ctx context.Context, cfg Config) (commit func(), err error) {
	next, err := g.build(cfg)
	if err != nil {
		return nil, err
	}
	if err := next.fetchKeys(ctx); err != nil {
		return nil, err
	}
	return func() { g.served.Store(next) }, nil
}

// Handler returns the API's handler, which serves what was committed last.
func (g *Gateway) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.served.Load().serveHTTP(w, r) })
}

// api is a compiled Config. It never changes.
type api struct {
	*Gateway
	Config
	domainPrefix string

	stages map[string]*stage
	routes routeTable
	cors   *corsPolicy
	keys   map[string]*keySource // by issuer
}

// build compiles cfg, or returns the served api if cfg equals its Config. It
// fetches nothing.
func (g *Gateway) build(cfg Config) (*api, error) {
	before := g.served.Load()
	if reflect.DeepEqual(before.Config, cfg) {
		return before, nil
	}
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	a := &api{
		Gateway:      g,
		Config:       cfg,
		domainPrefix: firstLabel(cfg.DomainName),
		stages:       map[string]*stage{},
		cors:         newCORSPolicy(cfg.CORS),
		keys:         map[string]*keySource{},
	}
	for _, r := range cfg.Routes {
		a.routes = append(a.routes, newRoute(r, a.authorizer(r, before)))
	}
	a.routes.sort()
	for _, s := range cfg.Stages {
		a.stages[s.Name] = newStage(s, a.routes, before)
	}
	return a, nil
}

// authorizer returns r's authorizer; those of one issuer share its keys.
func (a *api) authorizer(r Route, before *api) *authorizer {
	if r.Authorizer == nil {
		return nil
	}
	issuer := r.Authorizer.Issuer
	if a.keys[issuer] == nil {
		a.keys[issuer] = before.keys[issuer]
	}
	if a.keys[issuer] == nil {
		a.keys[issuer] = newKeySource(issuer, a.options.HTTPClient, a.options.Now, a.options.Logger)
	}
	return newAuthorizer(r.Authorizer, a.keys[issuer], a.options.Now)
}

// fetchKeys fetches the keys of every issuer for which a has none, and fails if any
// cannot be fetched.
func (a *api) fetchKeys(ctx context.Context) error {
	for issuer, source := range a.keys {
		if source.ring.Load() != nil { // old ones are fetched again when a token comes
			continue
		}
		if _, err := source.refresh(ctx, ""); err != nil {
			return fmt.Errorf("gateway: keys of %q: %w (%v)", issuer, err, errors.Unwrap(err))
		}
	}
	return nil
}

func (a *api) serveHTTP(w http.ResponseWriter, r *http.Request) {
	if len(a.stages) == 0 {
		http.Error(w, "the API is starting", http.StatusServiceUnavailable)
		return
	}
	x := &exchange{api: a, request: r, start: a.options.Now(), requestID: newRequestID()}
	if a.options.OnTrace != nil {
		x.trace = &Trace{}
	}
	if a.options.OnRequest != nil {
		a.options.OnRequest(Trace{RequestID: x.requestID, Request: r, Start: x.start})
	}
	answer := x.handle()
	x.responseLength = answer.write(w, x.requestID)
	x.status = answer.status
	if x.stage != nil {
		a.logAccess(x)
	}
	x.reportTrace(answer, w.Header())
}

func (a *api) logAccess(x *exchange) {
	if err := a.accessLog.write(x.stage.accessLogFormat, x); err != nil {
		a.options.Logger.Error("writing the access log", "error", err)
	}
}
