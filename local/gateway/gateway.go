package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

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

	// HTTPClient fetches discovery documents and keys; nil means one of the
	// gateway's own. Its CheckRedirect is never used: no redirect is followed.
	HTTPClient *http.Client

	Now       func() time.Time // nil: time.Now
	Logger    *slog.Logger     // nil discards
	AccessLog io.Writer        // one line a request, in its stage's format; nil: none

	// Taken hears of each request before anything is done with it, by the first
	// three fields of its Trace without the End; nil: nobody does. It is called
	// concurrently, and the request waits for it.
	Taken func(Trace)

	// Trace hears of each request after its answer; nil: nobody does. It is
	// called concurrently, and the connection waits for it.
	Trace func(Trace)
}

// Stage is a deployed stage. Its name is the first segment of every path, but
// for "$default", which has no prefix and serves what no other stage does.
type Stage struct {
	Name string

	// ThrottleRate, in requests a second, and ThrottleBurst, in requests, hold
	// for each route by itself. Both zero means the account's defaults.
	ThrottleRate  float64
	ThrottleBurst int

	// AccessLogFormat is a text with $context variables; empty: no access log.
	AccessLogFormat string
}

// Route sends the requests that match Key to Invoke.
type Route struct {
	Key        string         // "GET /private", "ANY /x/{id}", "GET /files/{proxy+}", "$default"
	Authorizer *JWTAuthorizer // nil: authorization NONE
	Scopes     []string       // the token needs one of them; at most 10

	// Invoke calls the integration with an event in payload format 2.0 and
	// returns the function's output. An error means that the function failed.
	// It must return soon after ctx is done, and may be called concurrently.
	// It owns event.
	Invoke func(ctx context.Context, event []byte) ([]byte, error)

	// Wait, when set, is called before Invoke with the same event, and returns once
	// the function may be invoked, such as when saved code has been built. It does not
	// count as the integration's time. An error means that the function failed.
	Wait func(ctx context.Context, event []byte) error

	Timeout time.Duration // of the integration, 50 ms to 30 s; zero means 30 s

	// NoTimeout lets the integration take its time, as while its function stands
	// at a breakpoint.
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
	id, accountID            string
	domainName, domainPrefix string

	stages map[string]*stage
	routes routeTable
	cors   *corsPolicy
	keys   map[string]*keySource // by issuer

	now       func() time.Time
	log       *slog.Logger
	accessLog *accessLog
	taken     func(Trace)
	trace     func(Trace)
}

// New validates cfg and returns the gateway it describes. The error joins
// every problem found. New fetches nothing; see [Gateway.FetchKeys].
func New(cfg Config) (*Gateway, error) { return newGateway(cfg, nil) }

// Next is New for a gateway that takes g's place and goes on with what g has: the
// keys of issuers, which are fetched as g was told to, and the tokens that are
// left in the bucket of a route on a stage whose limits stay. g may go on serving.
func (g *Gateway) Next(cfg Config) (*Gateway, error) { return newGateway(cfg, g) }

// newGateway takes over from before, which may be nil.
func newGateway(cfg Config, before *Gateway) (*Gateway, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	g := &Gateway{
		id:           cfg.ID,
		accountID:    cfg.AccountID,
		domainName:   cfg.DomainName,
		domainPrefix: firstLabel(cfg.DomainName),
		stages:       map[string]*stage{},
		cors:         newCORSPolicy(cfg.CORS),
		keys:         map[string]*keySource{},
		now:          cfg.Now,
		log:          cfg.Logger,
		accessLog:    newAccessLog(cfg.AccessLog),
		taken:        cfg.Taken,
		trace:        cfg.Trace,
	}
	if g.now == nil {
		g.now = time.Now
	}
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	for _, r := range cfg.Routes {
		g.routes = append(g.routes, newRoute(r, g.authorizer(cfg, r, before)))
	}
	g.routes.sort()
	for _, s := range cfg.Stages {
		g.stages[s.Name] = newStage(s, g.routes, before)
	}
	return g, nil
}

// authorizer returns r's authorizer; those of one issuer share its keys.
func (g *Gateway) authorizer(cfg Config, r Route, before *Gateway) *authorizer {
	if r.Authorizer == nil {
		return nil
	}
	issuer := r.Authorizer.Issuer
	if before != nil && before.keys[issuer] != nil {
		g.keys[issuer] = before.keys[issuer]
	}
	if g.keys[issuer] == nil {
		g.keys[issuer] = newKeySource(issuer, cfg.HTTPClient, g.now, g.log)
	}
	return newAuthorizer(r.Authorizer, g.keys[issuer], g.now)
}

// FetchKeys fetches the keys of every issuer that it has none of, and fails when
// one's cannot be had, as the deployment of a JWT authorizer does. It fills the
// cache.
func (g *Gateway) FetchKeys(ctx context.Context) error {
	for issuer, source := range g.keys {
		if source.ring.Load() != nil { // old ones are fetched again when a token comes
			continue
		}
		if _, err := source.refresh(ctx, ""); err != nil {
			return fmt.Errorf("gateway: keys of %q: %w (%v)", issuer, err, errors.Unwrap(err))
		}
	}
	return nil
}

// Handler returns the API's handler.
func (g *Gateway) Handler() http.Handler { return http.HandlerFunc(g.serveHTTP) }

func (g *Gateway) serveHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{gateway: g, request: r, start: g.now(), requestID: newRequestID()}
	if g.trace != nil {
		x.trace = &Trace{}
	}
	if g.taken != nil {
		g.taken(Trace{RequestID: x.requestID, Request: r, Start: x.start})
	}
	answer := x.handle()
	x.responseLength = answer.write(w, x.requestID)
	x.status = answer.status
	if x.stage != nil {
		g.logAccess(x)
	}
	x.tell(answer, w.Header())
}

func (g *Gateway) logAccess(x *exchange) {
	if err := g.accessLog.write(x.stage.accessLogFormat, x); err != nil {
		g.log.Error("writing the access log", "error", err)
	}
}
