package cloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"api-auth-jwt-auth0/local/credentials"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/serving"
	"api-auth-jwt-auth0/local/live/wire"
	"api-auth-jwt-auth0/local/outputs"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/wiring"
)

// Live selects the invocations of the deployed stack to run on this machine, in addition to
// the requests that name the developer.
type Live struct {
	Name        string // of the developer
	For         wire.Selection
	Credentials bool // functions call AWS with the rights of their roles
}

// A DeployedStack gives access to the deployed stack.
type DeployedStack struct {
	Outputs outputs.Outputs
	Live    outputs.Live
	SiteURL string
	// Developer returns the credentials of this machine's user, and Assume those of a role,
	// by its ARN.
	Developer func(context.Context) (credentials.Credentials, error)
	Assume    func(ctx context.Context, role string) (credentials.Credentials, error)
}

// findDeployed reads the outputs of the deployed stack, before anything is built, if this run
// uses it.
func (c *Cloud) findDeployed(ctx context.Context) error {
	if c.cfg.Live == nil && !c.cfg.RealResources || c.deployed != nil {
		return nil
	}
	if c.cfg.Deployed != nil {
		c.deployed = c.cfg.Deployed
		return nil
	}
	s := outputs.Stack{Root: c.cfg.Root, Name: c.cfg.Stack, For: "the functions of the stack"}
	all, err := outputs.Read(ctx, s)
	if err != nil {
		return err
	}
	source := credentials.New(c.builder())
	d := DeployedStack{Outputs: all, Developer: source.Developer}
	if d.Live, d.SiteURL, err = s.ReadLive(all); err != nil {
		return err
	}
	if c.cfg.Live != nil {
		if err := d.checkHandlers(c.cfg.Live.For.Handlers); err != nil {
			return err
		}
	}
	d.Assume = source.Roles(d.Live.Region, "local")
	c.deployed = &d
	go source.Compile(ctx) // the first caller waits for it
	return nil
}

// checkHandlers returns an error for a handler that is not in the stack.
func (d *DeployedStack) checkHandlers(names []string) error {
	for _, name := range names {
		if _, ok := d.Live.Functions[name]; !ok {
			return fmt.Errorf("-live-for handler=%s: the stack has no such handler: those that it has are %s", name, strings.Join(slices.Sorted(maps.Keys(d.Live.Functions)), ", "))
		}
	}
	return nil
}

// liveStack answers for the deployed stack from this machine.
type liveStack struct {
	functions *serving.Server
	session   *live.Session // nil before startLive
	announced atomic.Bool   // once; see liveStatus
}

// newLive creates the server that runs the functions of the deployed stack.
func (c *Cloud) newLive() (err error) {
	if c.cfg.Live == nil || c.live.functions != nil {
		return nil
	}
	c.live.functions, err = serving.New(serving.Options{
		Functions: c.deployed.Live.Functions, Region: c.deployed.Live.Region, Credentials: c.cfg.Live.Credentials,
		Lambda: lambda.Options{
			Logger: c.logger("lambda"), AWSEndpoint: c.awsURL(),
			OnLine: c.liveLine, OnQueued: c.observer.queued, OnDone: c.observer.ran,
		},
		Journal: c.journal, Await: c.awaitLive, Local: c.observer.physical, OnDebugged: c.debugged,
	})
	return err
}

// prepareLive prepares the functions of the deployed stack, as built here. They then have the
// debugger.
func (c *Cloud) prepareLive(ctx context.Context, s *wiring.Services) (commit func(), err error) {
	if c.live.functions == nil {
		return func() {}, nil
	}
	built := map[string]lambda.Function{}
	for i, f := range s.Functions.Functions {
		built[s.Labels[f.Name]] = f
		s.Functions.Functions[i].Debugger = nil
	}
	return c.live.functions.Prepare(ctx, built)
}

// close withdraws the developer first, so that from then on the deployed code answers.
func (l *liveStack) close() error {
	var errs []error
	if session := l.session; session != nil {
		l.session = nil
		errs = append(errs, session.Close())
	}
	if l.functions != nil {
		errs = append(errs, l.functions.Close())
	}
	return errors.Join(errs...)
}

// awaitLive waits for a handler's saved code. The error is why it is not served.
func (c *Cloud) awaitLive(ctx context.Context, handler string) error {
	if err := c.awaitRebuild(ctx, handler); err != nil {
		return err
	}
	return c.brokenHandler(handler)
}

// liveLine forwards a line of the log of a deployed stack's function.
func (c *Cloud) liveLine(line lambda.Line) {
	line.Function = c.live.functions.Handler(line.Function)
	c.functionLine(line)
}

// withoutCredentials explains why a function may not call AWS.
const withoutCredentials = "This function answers for the deployed stack, and has none of its rights on this machine. To give it those of its role, start with -live-credentials."

// startLive announces the developer, and starts to accept invocations.
func (c *Cloud) startLive(ctx context.Context) (err error) {
	if c.cfg.Live == nil {
		return nil
	}
	d := c.deployed
	// The first call compiles the program that gets them. A connection must not wait for it.
	if _, err := d.Developer(ctx); err != nil {
		return fmt.Errorf("serving stack %q from this machine: %w", c.cfg.Stack, err)
	}
	c.live.session, err = live.Start(ctx, live.Config{
		Project: d.Live.Project, Stack: d.Live.Stack, Name: c.cfg.Live.Name,
		Endpoint: d.Live.Endpoint, Region: d.Live.Region, Connect: c.connectLive,
		For: c.cfg.Live.For, Credentials: c.cfg.Live.Credentials, Patient: c.cfg.Debug != "",
		Handles: c.live.functions.Handles, Run: c.live.functions.Run, OnStatus: c.liveStatus,
	})
	if err != nil {
		return fmt.Errorf("serving stack %q from this machine: %w", c.cfg.Stack, err)
	}
	return nil
}

// connectLive returns the developer's credentials.
func (c *Cloud) connectLive(ctx context.Context) (mqtt.Credentials, error) {
	own, err := c.deployed.Developer(ctx)
	return mqtt.Credentials{AccessKeyID: own.AccessKeyID, SecretAccessKey: own.SecretAccessKey, SessionToken: own.SessionToken}, err
}

// LiveURL returns the URL of the deployed site for this machine's developer; empty without
// Live.
func (c *Cloud) LiveURL() string {
	if c.cfg.Live == nil || c.deployed == nil {
		return ""
	}
	return strings.TrimSuffix(c.deployed.SiteURL, "/") + "/?" + url.Values{"live": {c.cfg.Live.Name}}.Encode()
}

func (c *Cloud) debugged(h serving.Debugged) {
	c.cfg.Terminal.Debugged(terminal.Debugged{Function: h.Handler, RequestID: h.RequestID, Left: h.Left, Of: h.Of})
}
