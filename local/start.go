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

// start starts the services in the order in which they need each other, or
// replaces those that run. All is checked before anything is replaced. A site and
// a tenant that would be the same stay as they are, and the API keeps what it has
// learnt: saving a handler is nothing to them.
func (c *Cloud) start(ctx context.Context, s services) error {
	api, err := c.newAPI(s.api)
	if err != nil {
		return err
	}
	if err := c.startVite(ctx); err != nil {
		return err
	}
	site, commitSite, err := c.prepareSite(ctx, s.site)
	if err != nil {
		return err
	}
	if err := c.startFunctions(s.functions, s.labels); err != nil {
		return err
	}
	if err := c.startTenant(ctx, s.tenant); err != nil {
		return err
	}
	if err := fetchKeys(ctx, api); err != nil {
		return fmt.Errorf("starting the API: %w", err)
	}
	c.api.handle(api.Handler())
	c.gateway = api
	commitSite()
	c.site.handle(site)
	return nil
}

// invoker invokes the functions that are deployed when the request arrives, or
// when code that was saved before it is.
func (c *Cloud) invoker(name string) (call invoke, wait func(ctx context.Context, event []byte) error) {
	call = func(ctx context.Context, event []byte) ([]byte, error) { return c.invoke(ctx, name, event) }
	wait = func(ctx context.Context, event []byte) error {
		c.observer.called(ctx, name, event)
		return c.awaitRebuild(ctx, c.label(name))
	}
	return call, wait
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

func (c *Cloud) startFunctions(cfg lambda.Config, labels map[string]string) error {
	c.labels.Store(&labels)
	if c.functions != nil {
		return c.functions.Reload(cfg.Functions)
	}
	cfg.Logger = c.logger("lambda")
	cfg.Queued, cfg.Ran = c.observer.queued, c.ran
	cfg.Log = c.functionLine
	functions, err := lambda.New(cfg)
	if err != nil {
		return fmt.Errorf("starting the functions: %w", err)
	}
	c.functions = functions
	return nil
}

func (c *Cloud) startTenant(ctx context.Context, cfg auth0.Config) error {
	if c.cfg.RealTenant {
		return nil
	}
	tenant := c.issuer
	if tenant == nil {
		o := auth0.Options{Issuer: c.TenantURL() + "/", ReadyUser: &readyUser, Logger: c.logger("tenant")}
		var err error
		if c.cfg.Users != "" {
			if o.Users, err = auth0.LoadUsers(c.cfg.Users); err != nil {
				return err
			}
		}
		if tenant, err = auth0.New(o); err != nil {
			return fmt.Errorf("starting the tenant: %w", err)
		}
	}
	commit, err := tenant.Prepare(ctx, cfg)
	if err != nil {
		return fmt.Errorf("starting the tenant: %w", err)
	}
	commit()
	if c.issuer == nil {
		c.issuer = tenant
		c.tenant.handle(tenant.Handler())
	}
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

func (c *Cloud) newAPI(cfg gateway.Config) (*gateway.Gateway, error) {
	cfg.Logger, cfg.HTTPClient = c.logger("api"), c.cfg.HTTPClient
	cfg.Taken, cfg.Trace = c.observer.taken, c.observer.trace
	if c.accessLog != nil { // an interface with a nil *os.File in it would not be nil
		cfg.AccessLog = c.accessLog
	}
	create := gateway.New
	if c.gateway != nil {
		create = c.gateway.Next
	}
	api, err := create(cfg)
	if err != nil {
		return nil, fmt.Errorf("starting the API: %w", err)
	}
	return api, nil
}

// fetchKeys fetches the tenant's keys before the API serves: API Gateway, too,
// does so when an authorizer is made. It tries again for a while: a busy machine
// may take longer to make the tenant's first key than API Gateway waits for it.
func fetchKeys(ctx context.Context, api *gateway.Gateway) (err error) {
	for range 10 {
		if err = api.FetchKeys(ctx); ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	}
	return err
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
