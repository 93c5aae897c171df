// Package cloud composes the local cloud: it listens on the ports, runs the program, passes
// what the program describes to the emulators, and does so again when sources are saved. It
// depends neither on flags nor on resource types.
package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/loopback"
	"api-auth-jwt-auth0/local/realtenant"
	"api-auth-jwt-auth0/local/redact"
	"api-auth-jwt-auth0/local/secrets"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/vite"
	"api-auth-jwt-auth0/local/wiring"
)

// A Cloud serves a stack on this machine: Listen, Deploy, Serve, Close.
type Cloud struct {
	cfg               Config
	site, api, tenant *loopback.Server
	console, aws      *loopback.Server
	journal           *journal.Journal
	observer          *observer
	logLines          redact.Lines                      // masks tokens that are broken over several lines
	issuer            *auth0.Tenant                     // nil with RealTenant
	real              atomic.Pointer[realtenant.Tenant] // nil before Deploy, and without RealTenant
	accessLog         *os.File
	distribution      *cdn.Distribution
	functions         *lambda.Service
	services          awsServices
	secrets           sync.Mutex       // while their file is written
	delve             *lambda.Debugger // nil without -debug
	hot               *vite.Server     // nil before Deploy, and without Hot
	deployed          *DeployedStack   // nil without Live and RealResources, and before Deploy
	live              liveStack        // empty without Live
	resources         realResources    // empty without RealResources
	failed            chan error       // of a server that ended on its own
	closed            chan struct{}    // by Close
	closing           sync.Once

	// The served program, and what has been saved since; see Reload.
	stack *stack.Program
	// isProvisional is set while the program's committed description is served.
	isProvisional atomic.Bool
	cancelCompile context.CancelFunc // of that program; set by Watch, while no reload runs
	warned        map[string]bool    // texts of warn
	graph         *stack.Graph
	gateway       *gateway.Gateway
	broken        atomic.Pointer[map[string]*artifact.HandlerError]
	handlerGate   gate // of the invocations of saved handlers
	programGate   gate // of all requests to the API, while a saved program or its settings are not served
}

// Listen listens on the four ports, or three with a real tenant. They answer 503 until
// Deploy.
func Listen(cfg Config) (*Cloud, error) {
	root, err := filepath.Abs(cfg.Root)
	if err != nil {
		return nil, err
	}
	cfg.Root = root
	c := &Cloud{cfg: cfg, failed: make(chan error, 8), closed: make(chan struct{}), observer: newObserver()}
	if cfg.Terminal == nil {
		c.cfg.Terminal = terminal.New(io.Discard)
	}
	c.journal = journal.New(journal.Options{
		Now:     cfg.Now,
		OnBegin: c.observer.recorder.Request, OnChange: c.observer.recorder.Update,
		OnEnd: func(e *journal.Entry) {
			c.observer.recorder.Request(e)
			c.cfg.Terminal.Request(e)
		},
	})
	c.stack = stack.New(c.builder(), c.cfg.Terminal.ProgramLine)
	if cfg.AccessLog != "" {
		if c.accessLog, err = os.OpenFile(cfg.AccessLog, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
			return nil, fmt.Errorf("opening the access log: %w (make its folder first)", err)
		}
	}
	if err := c.listen(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.newEmulators(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// listen listens on the ports, the site's first.
func (c *Cloud) listen() error {
	servers := []struct {
		name string
		at   **loopback.Server
	}{{"site", &c.site}, {"api", &c.api}, {"tenant", &c.tenant}, {"console", &c.console}}
	for i, s := range servers {
		if s.name == "tenant" && c.cfg.RealTenant {
			continue
		}
		cfg := loopback.Config{Name: s.name, ErrorLog: c.cfg.Terminal.ServerErrors(s.name)}
		if c.cfg.Port != 0 {
			cfg.Port = c.cfg.Port + i
		}
		switch s.name {
		case "console": // it shows requests, and its own are not the developer's
			cfg.EndWithClient = true
		case "api":
			cfg.Wait = func(ctx context.Context) error { return c.programGate.wait(ctx, "") }
			fallthrough
		default:
			cfg.Wrap = func(next http.Handler) http.Handler { return c.journal.Handler(s.name, next) }
		}
		var err error
		if *s.at, err = loopback.Listen(cfg); err != nil {
			return err
		}
		(*s.at).Serve(c.failed)
	}
	return c.listenAWS()
}

// listenAWS listens on the port after the console's, or any other: only a stack whose
// handlers call AWS needs it.
func (c *Cloud) listenAWS() (err error) {
	cfg := loopback.Config{Name: "aws", ErrorLog: c.cfg.Terminal.ServerErrors("aws"), EndWithClient: true}
	if c.cfg.Port != 0 {
		cfg.Port = c.cfg.Port + 4
	}
	if c.aws, err = loopback.Listen(cfg); errors.Is(err, loopback.ErrInUse) {
		cfg.Port = 0
		c.aws, err = loopback.Listen(cfg)
	}
	if err != nil {
		return err
	}
	c.aws.Serve(c.failed)
	return nil
}

// SiteURL returns the site's origin, where a user starts.
func (c *Cloud) SiteURL() string { return c.site.URL() }

// APIURL returns the API's own endpoint, without the stage.
func (c *Cloud) APIURL() string { return c.api.URL() }

// TenantURL returns the URL of the Auth0 tenant; empty for a real one before Deploy.
func (c *Cloud) TenantURL() string {
	if !c.cfg.RealTenant {
		return c.tenant.URL()
	}
	if real := c.real.Load(); real != nil {
		return real.URL()
	}
	return ""
}

// Tenant returns the local tenant; nil with RealTenant.
func (c *Cloud) Tenant() *auth0.Tenant { return c.issuer }

// Exports returns the outputs of the served stack. They must not be changed.
func (c *Cloud) Exports() map[string]any { return c.graph.Exports }

// Deploy builds what the program deploys, runs it, and passes its description to the servers.
func (c *Cloud) Deploy(ctx context.Context) error {
	if err := c.prepareDebugger(ctx); err != nil {
		return err
	}
	if err := c.findDeployed(ctx); err != nil {
		return err
	}
	c.newRealResources(ctx)
	if err := c.newLive(); err != nil {
		return err
	}
	buildConsole := c.buildConsole(ctx)
	d, err := c.describe(ctx)
	if err != nil {
		return err
	}
	if err := c.apply(ctx, d); err != nil {
		return err
	}
	if err := c.startConsole(buildConsole); err != nil {
		return err
	}
	return c.startLive(ctx)
}

func (c *Cloud) builder() artifact.Builder {
	return artifact.Builder{Target: artifact.Host(), Root: c.cfg.Root, Local: true, Debug: c.cfg.Debug, SiteDir: c.siteDir(), Report: c.cfg.Terminal.Step}
}

// A deployment is a description of the stack, ready to be served.
type deployment struct {
	graph         *stack.Graph
	isProvisional bool               // of the committed description
	real          *realtenant.Tenant // nil without RealTenant
}

// describe returns the program's description: the committed one while the program is not
// compiled yet, and otherwise that of a run. It changes nothing.
func (c *Cloud) describe(ctx context.Context) (d deployment, err error) {
	request := c.request(c.cfg.Stack)
	if c.cfg.RealTenant {
		settings, err := c.stack.Settings(ctx, request)
		if err != nil {
			return deployment{}, err
		}
		if d.real, err = c.resolveTenant(ctx, settings); err != nil {
			return deployment{}, err
		}
		request.Origins.ClientID = d.real.ClientID()
	} else if d.graph, err = c.stack.Described(ctx, request); err != nil || d.graph != nil {
		d.isProvisional = true
		return d, err
	}
	if c.cancelCompile != nil {
		c.cancelCompile()
	}
	if d.graph, err = c.stack.Run(ctx, request); err != nil {
		return deployment{}, err
	}
	if d.real != nil {
		err = d.real.Check(ctx, d.graph.Exports)
	}
	return d, err
}

// resolveTenant finds the real tenant before the program runs. It finds it again only if the
// settings name another.
func (c *Cloud) resolveTenant(ctx context.Context, settings stack.Settings) (*realtenant.Tenant, error) {
	if real := c.real.Load(); real != nil && real.IsOf(settings) {
		return real, real.CheckOrigin(settings)
	}
	cfg := realtenant.Config{SiteURL: c.SiteURL(), ClientID: c.cfg.ClientID, HTTPClient: c.cfg.HTTPClient}
	if c.deployed != nil {
		cfg.Outputs = c.deployed.Outputs
	}
	return realtenant.Find(ctx, cfg, settings)
}

// request returns a request to run the program for a stack: at the local origins, with
// credentials that are valid nowhere, and with the domain of the local tenant unless users
// sign in at the real one. The stack is live only if there is a broker.
func (c *Cloud) request(stackName string) stack.Request {
	r := stack.Request{
		Stack:     stackName,
		Origins:   stack.Origins{Site: c.SiteURL(), API: c.APIURL(), AWS: c.awsURL(), Domain: c.SiteURL(), Broker: c.cfg.Broker},
		Set:       map[string]string{"auth0:clientId": "local", "live": strconv.FormatBool(c.cfg.Broker != "")},
		SetSecret: map[string]string{"auth0:clientSecret": "local"},
	}
	if !c.cfg.RealTenant {
		r.Set["auth0:domain"] = c.TenantURL()
	}
	return r
}

// apply serves a deployment, replacing the previous one. Users stay signed in, and requests
// in progress are answered by the deployment that received them.
func (c *Cloud) apply(ctx context.Context, d deployment) error {
	values, err := secrets.Load(c.cfg.Root, os.Getenv)
	if err != nil {
		return err
	}
	services, err := wiring.Read(d.graph, values)
	if err != nil {
		return err
	}
	if err := c.debug(&services); err != nil {
		return err
	}
	if err := c.useDeployed(&services); err != nil {
		return err
	}
	commit, err := c.prepare(ctx, services)
	if err != nil {
		return err
	}
	commit()
	c.observer.deployed(d.graph, services)
	c.graph = d.graph
	c.warn(services)
	c.real.Store(d.real)
	c.broken.Store(nil)
	if wasProvisional := c.isProvisional.Swap(d.isProvisional); d.isProvisional && !wasProvisional {
		c.cfg.Terminal.ProgramLine(stack.Line{Level: "info", Text: "not compiled on this machine yet: its committed description is served meanwhile"})
	}
	return nil
}

// Ready returns the URLs of all servers, for the terminal.
func (c *Cloud) Ready() terminal.Ready {
	r := terminal.Ready{
		Site: c.SiteURL(), API: c.APIURL() + "/api", Tenant: c.TenantURL(), Console: c.ConsoleURL(),
		Stack: c.cfg.Stack, Debugger: c.Debugger(), Live: c.LiveURL(),
	}
	if c.cfg.RealResources {
		r.Resources = c.cfg.Stack
	}
	if !c.cfg.RealTenant {
		r.Email, r.Password = ReadyUser.Email, ReadyUser.Password
		if len(c.issuer.Roles()) > 0 {
			r.SecondEmail, r.SecondPassword = SecondUser.Email, SecondUser.Password
		}
	}
	return r
}

// Serve serves until ctx ends, which is not an error, or a server fails.
func (c *Cloud) Serve(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-c.failed:
		return err
	}
}

// Close ends all servers, connections and processes immediately.
func (c *Cloud) Close() error {
	c.closing.Do(func() { close(c.closed) })
	errs := []error{c.live.close()}
	for _, s := range []*loopback.Server{c.site, c.api, c.tenant, c.console, c.aws} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	if c.hot != nil {
		errs = append(errs, c.hot.Close())
	}
	errs = append(errs, c.services.close())
	if c.functions != nil {
		errs = append(errs, c.functions.Close())
	}
	if c.accessLog != nil {
		errs = append(errs, c.accessLog.Close())
	}
	return errors.Join(errs...)
}
