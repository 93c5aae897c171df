package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/wiring"
)

// replay invokes a function once more with an event, bypassing the gateway.
func (c *Cloud) replay(ctx context.Context, function string, event []byte) (string, error) {
	function = c.observer.physical(function)
	ctx, record := c.journal.Begin(context.WithoutCancel(ctx), journal.Entry{
		Via: "console", Method: "REPLAY", Path: pathOf(event),
		Function: c.observer.label(function), Physical: function, Event: event,
	})
	output, err := c.functions.Invoke(ctx, function, event)
	id := record.End(output, err)
	if id == "" {
		return "", fmt.Errorf("the function cannot be called: %w", err)
	}
	return id, nil
}

// pathOf returns the path in an event of the gateway, or "" for other events.
func pathOf(event []byte) string {
	var e struct{ RawPath string }
	if json.Unmarshal(event, &e) != nil {
		return ""
	}
	return e.RawPath
}

// buildConsole builds the console's page in the background, unless it is built already, and
// returns a function that waits for it.
func (c *Cloud) buildConsole(ctx context.Context) (wait func() (dir string, err error)) {
	wait = sync.OnceValues(func() (string, error) { return c.builder().Console(ctx) })
	go wait()
	return wait
}

// startConsole serves the console.
func (c *Cloud) startConsole(built func() (dir string, err error)) error {
	dir, err := built()
	if err != nil {
		return err
	}
	page, err := console.New(console.Config{
		Page:     os.DirFS(dir),
		Recorder: c.observer.recorder,
		Data:     c.consoleData(),
		Replay:   c.replay,
		Explorer: console.Explorer{Describe: c.describeCalls, Token: c.TestToken, Client: explorerClient()},
		Stack:    c.describeStack,
		Tenant:   c.consoleTenant(),
		Logger:   c.logger("console"),
	})
	if err != nil {
		return fmt.Errorf("starting the console: %w", err)
	}
	c.console.Handle(page.Handler())
	return nil
}

// describeCalls returns which routes can be called now, and as which users.
func (c *Cloud) describeCalls() console.API {
	api, _ := c.observer.described()
	api.SiteURL, api.APIURL = c.SiteURL(), c.APIURL()
	if c.issuer == nil { // a real tenant makes no test tokens
		return api
	}
	for _, user := range c.issuer.Users() {
		api.Users = append(api.Users, console.Person{ID: user.ID, Email: user.Email, Ready: c.issuer.IsReady(user.ID)})
	}
	for _, defect := range auth0.Defects() {
		api.Defects = append(api.Defects, console.Choice(defect))
	}
	return api
}

// describeStack returns what is deployed now, compared with the other of dev and prod.
func (c *Cloud) describeStack(ctx context.Context) console.Stack {
	_, graph := c.observer.described()
	s := wiring.DescribeStack(graph)
	s.Name = c.cfg.Stack
	other := "prod"
	if s.Name == other {
		other = "dev"
	}
	c.compare(ctx, &s, graph, other)
	return s
}

func (c *Cloud) TestToken(user, defect string) (string, error) {
	if c.issuer == nil {
		return "", errors.New("only the local tenant makes test tokens")
	}
	return c.issuer.TestToken(user, c.describeCalls().Audience, defect)
}

// explorerClient returns redirects, and waits slightly longer than a function may take, which
// is 30 s on an HTTP API.
func explorerClient() *http.Client {
	return &http.Client{
		Timeout:       35 * time.Second,
		Transport:     &http.Transport{DisableCompression: true}, // answers are shown as they are
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ConsoleURL returns the URL of the developer's console.
func (c *Cloud) ConsoleURL() string { return c.console.URL() }

// compare adds the differences of another stack to s.
func (c *Cloud) compare(ctx context.Context, s *console.Stack, here *stack.Graph, other string) {
	s.Other = other
	there, err := c.stack.Described(ctx, c.request(other)) // while the program is not compiled yet
	if there == nil && err == nil {
		there, err = c.stack.Run(ctx, c.request(other))
	}
	if err != nil {
		s.Problem = err.Error()
		return
	}
	s.Differences = wiring.Differences(here, there, s.Name, other)
}
