package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"time"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
)

// start starts the services in the order in which they need each other, or
// replaces those that run. Functions and API are prepared before they are replaced.
// A site and a tenant that would be the same stay as they are.
func (c *Cloud) start(ctx context.Context, s services) error {
	if err := c.startVite(ctx); err != nil {
		return err
	}
	var site http.Handler // nil: the one that serves is the same
	var err error
	if !reflect.DeepEqual(s.site, c.served.site) {
		if site, err = c.newSite(s.site); err != nil {
			return err
		}
	}
	commitFunctions, err := c.prepareFunctions(ctx, s.functions, s.labels)
	if err != nil {
		return err
	}
	isFirst := c.gateway == nil
	if isFirst { // the API fetches the tenant's keys
		if err := c.startTenant(s.tenant); err != nil {
			return err
		}
	}
	commitAPI, err := c.prepareAPI(ctx, s.api)
	if err != nil {
		return err
	}
	if !isFirst {
		if err := c.startTenant(s.tenant); err != nil {
			return err
		}
	}
	commitFunctions()
	commitAPI()
	if site != nil {
		c.site.handle(site)
		c.served.site = s.site
	}
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

func (c *Cloud) startTenant(cfg auth0.Config) error {
	if c.cfg.RealTenant || reflect.DeepEqual(cfg, c.served.tenant) {
		return nil
	}
	described := cfg
	cfg.Issuer = c.TenantURL() + "/"
	cfg.Logger = c.logger("tenant")
	cfg.ReadyUser = &readyUser
	if c.users == nil && c.cfg.Users != "" {
		users, err := auth0.LoadUsers(c.cfg.Users)
		if err != nil {
			return err
		}
		c.users = users
	}
	cfg.Users = c.users
	if c.issuer != nil {
		if err := c.issuer.Reload(cfg); err != nil {
			return err
		}
		c.served.tenant = described
		return nil
	}
	tenant, err := auth0.New(cfg)
	if err != nil {
		return fmt.Errorf("starting the tenant: %w", err)
	}
	c.issuer, c.served.tenant = tenant, described
	c.tenant.handle(tenant.Handler())
	return nil
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

func (c *Cloud) newSite(cfg cdn.Config) (http.Handler, error) {
	cfg.Logger = c.logger("site")
	site, err := cdn.New(cfg)
	if err != nil {
		return nil, fmt.Errorf("starting the site: %w", err)
	}
	handler, err := c.hotSite(cfg, site.Handler())
	if err != nil {
		return nil, err
	}
	return c.observer.edge(handler), nil
}

func (c *Cloud) logger(name string) *slog.Logger {
	return slog.New(c.cfg.Terminal.logHandler(name))
}
