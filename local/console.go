package main

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
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/stack"
)

// observer turns what the servers tell of their requests into what the console
// shows.
type observer struct {
	recorder *console.Recorder

	mu     sync.Mutex
	labels map[string]string // what people call a function, by its physical name
	api    console.API       // but for who can call it
	graph  *stack.Graph
	anew   bool                    // the program that described it is not this process's own
	calls  map[string]functionCall // by the gateway's request ID, until its trace comes
}

// functionCall is how the function of a request was called, under its physical
// name.
type functionCall struct {
	lambda.Run
	ended   time.Time
	rebuild console.Span // the wait for the handler's saved code; zero for none
}

func newObserver() *observer {
	return &observer{recorder: console.NewRecorder(), calls: map[string]functionCall{}}
}

// edge tells what the site passed on to the API. The request's own entry comes
// from the gateway; they share its ID.
func (o *observer) edge(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(w, r)
		if id := w.Header().Get("Apigw-Requestid"); id != "" {
			o.recorder.Edge(id, start, time.Now())
		}
	})
}

// replayKey is of the one who waits for the invocation of a replay.
type replayKey struct{}

// ran keeps how the function of a request was called, until its trace comes.
func (o *observer) ran(ctx context.Context, run lambda.Run) {
	call := functionCall{Run: run, ended: time.Now()}
	if hear, ok := ctx.Value(replayKey{}).(func(functionCall)); ok {
		hear(call)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	call.rebuild = o.calls[gateway.RequestID(ctx)].rebuild
	o.calls[gateway.RequestID(ctx)] = call
}

// rebuilt keeps how long a request waited for its handler's saved code, which may
// fail it before any process has it.
func (o *observer) rebuilt(ctx context.Context, start, end time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls[gateway.RequestID(ctx)] = functionCall{rebuild: console.Span{Name: "rebuild", Start: start, End: end}}
}

// trace takes what the gateway tells of a request.
func (o *observer) trace(t gateway.Trace) {
	o.mu.Lock()
	called := o.calls[t.RequestID]
	delete(o.calls, t.RequestID)
	o.mu.Unlock()
	q := console.Request{
		ID: t.RequestID, Via: "api", Start: t.Start, End: t.End,
		Method: t.Request.Method, Path: t.Request.URL.Path, Query: t.Request.URL.RawQuery, Header: t.Request.Header,
		Route: t.Route, Status: t.Status, Refusal: t.Refusal,
		Event: t.Event, Output: t.Output, Answer: console.Answer{Header: t.Header, Body: t.Body},
		Spans: []console.Span{{Name: "gateway", Start: t.Start, End: t.End}},
	}
	if a := t.Authorizer; !a.Start.IsZero() {
		q.Spans = append(q.Spans, console.Span{Name: "authorizer", Start: a.Start, End: a.End})
	}
	if called.rebuild.Name != "" {
		q.Spans = append(q.Spans, called.rebuild)
	}
	o.addCall(&q, called)
	o.recorder.Request(q)
}

// addCall adds the way through the function to a request. A process that was
// started for the request counts as its cold start, the rest of the wait as
// the queue.
func (o *observer) addCall(q *console.Request, c functionCall) {
	if c.Function == "" {
		return
	}
	q.Function, q.Physical, q.Invocation = o.label(c.Function), c.Function, c.RequestID
	started := c.Started
	if started.IsZero() {
		started = c.ended // it never ran
	}
	ready := started.Add(-c.Init)
	if ready.Before(c.Queued) {
		ready = c.Queued
	}
	q.Spans = append(q.Spans, console.Span{Name: "queue", Start: c.Queued, End: ready})
	if c.Cold() {
		q.Cold = true
		q.Spans = append(q.Spans, console.Span{Name: "cold start", Start: ready, End: started})
	}
	if !c.Started.IsZero() {
		q.Spans = append(q.Spans, console.Span{Name: "handler", Start: started, End: c.ended})
	}
}

// deployed tells what is served from now on, and whether a program compiled anew
// has described it.
func (o *observer) deployed(graph *stack.Graph, s services, anew bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.labels = s.labels
	o.api, o.graph, o.anew = describeAPI(graph, s), graph, anew
	o.recorder.Deployed()
}

func (o *observer) label(function string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if label := o.labels[function]; label != "" {
		return label
	}
	return function
}

// lineKinds are the console's names for the kinds of a log's lines.
var lineKinds = map[lambda.Kind]string{lambda.Output: "output", lambda.Fault: "fault"}

// line takes a line of a function's log, with its label.
func (o *observer) line(l lambda.Line) {
	kind := lineKinds[l.Kind]
	if kind == "" {
		kind = "platform"
	}
	o.recorder.Line(console.Line{Time: l.Time, Function: l.Function, Invocation: l.RequestID, Kind: kind, Text: l.Text})
}

// replay invokes a function once more with an event, past the gateway.
func (c *Cloud) replay(ctx context.Context, function string, event []byte) (string, error) {
	var call functionCall
	ctx = context.WithValue(context.WithoutCancel(ctx), replayKey{}, func(c functionCall) { call = c })
	start := time.Now()
	output, err := c.functions.Invoke(ctx, function, event)
	if call.RequestID == "" {
		return "", fmt.Errorf("the function cannot be called: %w", err)
	}
	q := console.Request{
		ID: call.RequestID, Via: "console", Start: start, End: time.Now(),
		Method: "REPLAY", Path: pathOf(event), Status: http.StatusOK, Event: event, Output: output,
	}
	if err != nil {
		q.Status, q.Refusal = http.StatusInternalServerError, err.Error()
	}
	c.observer.addCall(&q, call)
	c.observer.recorder.Request(q)
	return q.ID, nil
}

// pathOf is the path in an event of the gateway, if it is one.
func pathOf(event []byte) string {
	var e struct{ RawPath string }
	if json.Unmarshal(event, &e) != nil {
		return ""
	}
	return e.RawPath
}

// startConsole builds the console's page, where it is not built yet, and
// serves it.
func (c *Cloud) startConsole(ctx context.Context) error {
	dir, err := c.builder().Console(ctx)
	if err != nil {
		return err
	}
	page, err := console.New(console.Config{
		Page:     os.DirFS(dir),
		Recorder: c.observer.recorder,
		Replay:   c.replay,
		Explorer: console.Explorer{Describe: c.describeCalls, Token: c.specimen, Client: explorerClient()},
		Stack:    c.describeStack,
		Tenant:   c.consoleTenant(),
		Logger:   c.logger("console"),
	})
	if err != nil {
		return fmt.Errorf("starting the console: %w", err)
	}
	c.console.handle(page.Handler())
	return nil
}

// describeCalls is what can be called now, and as whom.
func (c *Cloud) describeCalls() console.API {
	c.observer.mu.Lock()
	api := c.observer.api
	c.observer.mu.Unlock()
	api.SiteURL, api.APIURL = c.SiteURL(), c.APIURL()
	if c.issuer == nil { // a real tenant makes no tokens to order
		return api
	}
	for _, user := range c.issuer.People() {
		api.Users = append(api.Users, console.Person{ID: user.ID, Email: user.Email})
	}
	for _, flaw := range auth0.Flaws() {
		api.Flaws = append(api.Flaws, console.Choice(flaw))
	}
	return api
}

// describeStack is what is deployed now, beside the other of dev and prod.
func (c *Cloud) describeStack(ctx context.Context) console.Stack {
	c.observer.mu.Lock()
	graph, anew := c.observer.graph, c.observer.anew
	c.observer.mu.Unlock()
	s := describeStack(graph)
	s.Name = c.cfg.Stack
	other := "prod"
	if s.Name == other {
		other = "dev"
	}
	run := stack.Deploy
	if anew {
		run = stack.DeployAnew
	}
	c.compare(ctx, &s, graph, other, run)
	return s
}

func (c *Cloud) specimen(user, flaw string) (string, error) {
	if c.issuer == nil {
		return "", errors.New("only the local tenant makes tokens to order")
	}
	return c.issuer.Specimen(user, c.describeCalls().Audience, flaw)
}

// explorerClient shows redirects and waits as long as a function may take, which
// is 30 s on an HTTP API, and a little more.
func explorerClient() *http.Client {
	return &http.Client{
		Timeout:       35 * time.Second,
		Transport:     &http.Transport{DisableCompression: true}, // answers are shown as they are
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ConsoleURL is where a developer looks at what happens.
func (c *Cloud) ConsoleURL() string { return c.console.url() }
