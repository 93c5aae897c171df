package aws

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// Endpoint serves one region of one account. It is safe for concurrent use.
type Endpoint struct {
	options Options // with defaults
	served  atomic.Pointer[region]
}

// A region serves a Config. It is immutable.
type region struct {
	*Endpoint
	config     Config
	services   map[string]Service
	principals map[string]principal // by function
}

// New returns an endpoint that answers 503 until a configuration is committed.
func New(o Options) (*Endpoint, error) {
	if o.Caller == nil {
		return nil, errors.New("aws: Caller is nil: set the lookup of access keys")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Endpoint{options: o}, nil
}

// Prepare validates cfg. The error joins all its problems. Nothing changes before commit,
// which does not fail; without it, Prepare has no effect. cfg must not be changed afterwards.
// Requests in progress end as they began.
func (e *Endpoint) Prepare(_ context.Context, cfg Config) (commit func(), err error) {
	principals, err := cfg.principals()
	if err := errors.Join(cfg.check(), err); err != nil {
		return nil, err
	}
	next := &region{Endpoint: e, config: cfg, principals: principals, services: map[string]Service{"sts": tokenService{}}}
	for _, s := range cfg.Services {
		next.services[s.Name()] = s
	}
	return func() { e.served.Store(next) }, nil
}

// Handler returns the endpoint's handler, which serves the last commit.
func (e *Endpoint) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served := e.served.Load()
		if served == nil {
			refuse(w, r, "", &Error{http.StatusServiceUnavailable, "ServiceUnavailable", "The stack is not running yet. Try again once it is."})
			return
		}
		x := &exchange{region: served, w: &statusWriter{ResponseWriter: w}, r: r, call: Call{Start: e.options.Now()}}
		defer x.report()
		x.serve()
	})
}
