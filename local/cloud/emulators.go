package cloud

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/wiring"
)

// newEmulators creates the emulators. Each answers 503 until apply.
func (c *Cloud) newEmulators() (err error) {
	c.distribution = cdn.New(cdn.Options{Now: c.cfg.Now, Logger: c.logger("site")})
	c.functions, err = lambda.New(lambda.Options{
		Logger:      c.logger("lambda"),
		AWSEndpoint: c.awsURL(),
		OnLine:      c.functionLine, OnQueued: c.observer.queued, OnDone: c.observer.ran,
	})
	if err != nil {
		return fmt.Errorf("starting the functions: %w", err)
	}
	if c.gateway, err = gateway.New(c.gatewayOptions()); err != nil {
		return fmt.Errorf("starting the API: %w", err)
	}
	c.api.Handle(c.gateway.Handler())
	if err := c.newAWSServices(); err != nil {
		return err
	}
	if c.cfg.RealTenant {
		return nil
	}
	o := auth0.Options{Issuer: c.TenantURL() + "/", ReadyUser: &ReadyUser, SecondUser: &SecondUser, Now: c.cfg.Now, Logger: c.logger("tenant")}
	if c.cfg.Users != "" {
		if o.Users, err = auth0.LoadUsers(c.cfg.Users); err != nil {
			return err
		}
	}
	if c.issuer, err = auth0.New(o); err != nil {
		return fmt.Errorf("starting the tenant: %w", err)
	}
	c.tenant.Handle(c.issuer.Handler())
	return nil
}

// prepare prepares the configuration of all emulators. Nothing changes before commit, which
// cannot fail.
func (c *Cloud) prepare(ctx context.Context, s wiring.Services) (commit func(), err error) {
	var commits []func()
	add := func(name string, commit func(), err error) error {
		if err != nil {
			return fmt.Errorf("starting the %s: %w", name, err)
		}
		commits = append(commits, commit)
		return nil
	}
	if c.issuer != nil {
		commit, err := c.issuer.Prepare(ctx, s.Tenant)
		if err := add("tenant", commit, err); err != nil {
			return nil, err
		}
	}
	commitLive, err := c.prepareLive(ctx, &s)
	if err := add("functions of the deployed stack", commitLive, err); err != nil {
		return nil, err
	}
	commitFunctions, err := c.functions.Prepare(ctx, s.Functions)
	if err := add("functions", commitFunctions, err); err != nil {
		return nil, err
	}
	commitAPI, err := c.prepareAPI(ctx, s.API)
	if err := add("API", commitAPI, err); err != nil {
		return nil, err
	}
	commitSite, err := c.prepareSite(ctx, s.Site)
	if err := add("site", commitSite, err); err != nil {
		return nil, err
	}
	commitsAWS, err := c.services.prepare(ctx, s, c.cfg, c.target())
	if err != nil {
		return nil, err
	}
	commits = append(commits, commitsAWS...)
	return func() {
		c.observer.labels.Store(&s.Labels)
		for _, commit := range commits {
			commit()
		}
	}, nil
}

// awaitFunction waits until a function's saved code is served.
func (c *Cloud) awaitFunction(ctx context.Context, name string, event []byte) error {
	c.observer.called(ctx, name, event)
	return c.awaitRebuild(ctx, c.observer.label(name))
}

// awaitRebuild waits until the saved code of a handler is served or has failed, and records
// how long that took.
func (c *Cloud) awaitRebuild(ctx context.Context, handler string) error {
	if c.handlerGate.blocked(handler) == nil {
		return nil
	}
	start := time.Now()
	err := c.handlerGate.wait(ctx, handler)
	c.observer.rebuilt(ctx, start, time.Now())
	return err
}

// RotateKeys makes the tenant sign with a new key. Tokens signed by the previous one stay
// valid.
func (c *Cloud) RotateKeys() error {
	if c.cfg.RealTenant {
		return errors.New("the keys of a real tenant are rotated in Auth0's dashboard, under Settings, Signing Keys")
	}
	return c.issuer.RotateKeys()
}

// prepareAPI retries for a while: on a busy machine the tenant's first key may take longer
// than API Gateway waits for it.
func (c *Cloud) prepareAPI(ctx context.Context, cfg gateway.Config) (commit func(), err error) {
	for range 10 {
		if commit, err = c.gateway.Prepare(ctx, cfg); ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			break
		}
	}
	return commit, err
}

func (c *Cloud) gatewayOptions() gateway.Options {
	o := gateway.Options{
		Invoke: c.invoke, Wait: c.awaitFunction,
		HTTPClient: c.cfg.HTTPClient,
		Now:        c.cfg.Now,
		Logger:     c.logger("api"),
		OnRequest:  c.observer.onRequest, OnTrace: c.observer.onTrace,
	}
	if c.accessLog != nil { // an interface that contains a nil *os.File is not nil
		o.AccessLog = c.accessLog
	}
	return o
}

// prepareSite starts Vite if the web app is served as it is edited.
func (c *Cloud) prepareSite(ctx context.Context, cfg cdn.Config) (commit func(), err error) {
	if err := c.startVite(ctx); err != nil {
		return nil, err
	}
	commitSite, err := c.distribution.Prepare(ctx, cfg)
	if err != nil {
		return nil, err
	}
	site, err := c.hotSite(cfg, c.distribution.Handler())
	if err != nil {
		return nil, err
	}
	return func() {
		commitSite()
		c.site.Handle(c.journal.PassOn(site))
	}, nil
}

func (c *Cloud) logger(name string) *slog.Logger {
	return slog.New(c.cfg.Terminal.LogHandler(name))
}
