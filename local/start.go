package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
)

// start prepares all services, and then commits them together. Only the tenant is
// committed before the API is first prepared, which fetches its keys.
func (c *Cloud) start(ctx context.Context, s services) error {
	if err := c.startVite(ctx); err != nil {
		return err
	}
	site, commitSite, err := c.prepareSite(ctx, s.site)
	if err != nil {
		return err
	}
	commitFunctions, err := c.prepareFunctions(ctx, s.functions, s.labels)
	if err != nil {
		return err
	}
	commitTenant, err := c.prepareTenant(ctx, s.tenant)
	if err != nil {
		return err
	}
	if c.gateway == nil { // the API fetches the tenant's keys
		commitTenant()
	}
	commitAPI, err := c.prepareAPI(ctx, s.api)
	if err != nil {
		return err
	}
	commitFunctions()
	commitTenant()
	commitAPI()
	commitSite()
	c.site.handle(site)
	return nil
}

// awaitFunction waits until code that was saved for a function is served.
func (c *Cloud) awaitFunction(ctx context.Context, name string, event []byte) error {
	c.observer.called(ctx, name, event)
	return c.awaitRebuild(ctx, c.label(name))
}

// awaitRebuild waits until the saved code of a handler is served or has failed,
// and tells the console how long that took.
func (c *Cloud) awaitRebuild(ctx context.Context, handler string) error {
	if c.pause.holds(handler) == nil {
		return nil
	}
	start := time.Now()
	err := c.pause.wait(ctx, handler)
	c.observer.rebuilt(ctx, start, time.Now())
	return err
}

func (c *Cloud) prepareFunctions(ctx context.Context, cfg lambda.Config, labels map[string]string) (commit func(), err error) {
	if c.functions == nil {
		if c.functions, err = lambda.New(lambda.Options{
			Logger: c.logger("lambda"),
			OnLine: c.functionLine, OnQueued: c.observer.queued, OnDone: c.ran,
		}); err != nil {
			return nil, fmt.Errorf("starting the functions: %w", err)
		}
	}
	commitFunctions, err := c.functions.Prepare(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("starting the functions: %w", err)
	}
	return func() {
		c.labels.Store(&labels)
		commitFunctions()
	}, nil
}

func (c *Cloud) prepareTenant(ctx context.Context, cfg auth0.Config) (commit func(), err error) {
	if c.cfg.RealTenant {
		return func() {}, nil
	}
	if c.issuer == nil {
		o := auth0.Options{Issuer: c.TenantURL() + "/", ReadyUser: &readyUser, Logger: c.logger("tenant")}
		if c.cfg.Users != "" {
			if o.Users, err = auth0.LoadUsers(c.cfg.Users); err != nil {
				return nil, err
			}
		}
		if c.issuer, err = auth0.New(o); err != nil {
			return nil, fmt.Errorf("starting the tenant: %w", err)
		}
		c.tenant.handle(c.issuer.Handler())
	}
	if commit, err = c.issuer.Prepare(ctx, cfg); err != nil {
		return nil, fmt.Errorf("starting the tenant: %w", err)
	}
	return commit, nil
}

// RotateKeys has the tenant sign with a new key from now on. Tokens that were
// signed by the one before stay valid.
func (c *Cloud) RotateKeys() error {
	if c.cfg.RealTenant {
		return errors.New("the keys of a real tenant are rotated in Auth0's dashboard, under Settings, Signing Keys")
	}
	return c.issuer.RotateKeys()
}

// prepareAPI needs the tenant's keys. It tries again for a while: a busy machine
// may take longer to make the tenant's first key than API Gateway waits for it.
func (c *Cloud) prepareAPI(ctx context.Context, cfg gateway.Config) (commit func(), err error) {
	if c.gateway == nil {
		if c.gateway, err = gateway.New(c.gatewayOptions()); err != nil {
			return nil, fmt.Errorf("starting the API: %w", err)
		}
		c.api.handle(c.gateway.Handler())
	}
	for range 10 {
		commit, err = c.gateway.Prepare(ctx, cfg)
		if err == nil {
			return commit, nil
		}
		if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			break
		}
	}
	return nil, fmt.Errorf("starting the API: %w", err)
}

func (c *Cloud) gatewayOptions() gateway.Options {
	o := gateway.Options{
		Invoke: c.invoke, Wait: c.awaitFunction,
		HTTPClient: c.cfg.HTTPClient,
		Now:        c.now,
		Logger:     c.logger("api"),
		OnRequest:  c.observer.taken, OnTrace: c.observer.trace,
	}
	if c.accessLog != nil { // an interface with a nil *os.File in it would not be nil
		o.AccessLog = c.accessLog
	}
	return o
}

// prepareSite returns what serves a site, once commit is called.
func (c *Cloud) prepareSite(ctx context.Context, cfg cdn.Config) (site http.Handler, commit func(), err error) {
	if c.distribution == nil {
		c.distribution = cdn.New(cdn.Options{Logger: c.logger("site")})
	}
	if commit, err = c.distribution.Prepare(ctx, cfg); err != nil {
		return nil, nil, fmt.Errorf("starting the site: %w", err)
	}
	if site, err = c.hotSite(cfg, c.distribution.Handler()); err != nil {
		return nil, nil, err
	}
	return c.observer.edge(site), commit, nil
}

func (c *Cloud) logger(name string) *slog.Logger {
	return slog.New(c.cfg.Terminal.logHandler(name))
}
