package cloud

import (
	"context"
	"net/http"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/wiring"
)

// observer turns what the servers report about their requests into what the console
// shows.
type observer struct {
	recorder *console.Recorder

	mu     sync.Mutex
	labels map[string]string // a function's name as it is shown, by its physical name
	api    console.API       // without the users and the defects of tokens
	graph  *stack.Graph
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

// edge reports which requests the site passed on to the API. The request's own entry
// comes from the gateway; they share its ID.
func (o *observer) edge(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(w, r)
		if id := w.Header().Get("Apigw-Requestid"); id != "" {
			o.recorder.Edge(id, start, time.Now())
		}
	})
}

// replayKey is of the replay whose function is being called.
type replayKey struct{}

// replaying is a replay on its way through its function.
type replaying struct {
	request console.Request
	call    functionCall
}

// taken lists a request that has no answer yet.
func (o *observer) taken(t gateway.Trace) {
	o.recorder.Request(console.Request{
		ID: t.RequestID, Via: "api", Start: t.Start, Running: true,
		Method: t.Request.Method, Path: t.Request.URL.Path, Query: t.Request.URL.RawQuery, Header: t.Request.Header,
	})
}

// called notes which function a request has come to, with which event.
func (o *observer) called(ctx context.Context, function string, event []byte) {
	label := o.label(function)
	o.recorder.Update(gateway.RequestID(ctx), func(q *console.Request) {
		q.Function, q.Physical, q.Event = label, function, event
	})
}

// queued notes the invocation of a request, or lists a replay, before either has its
// result.
func (o *observer) queued(ctx context.Context, run lambda.Run) {
	if r, ok := ctx.Value(replayKey{}).(*replaying); ok {
		r.request.ID, r.request.Invocation = run.RequestID, run.RequestID
		o.recorder.Request(r.request)
		return
	}
	id := gateway.RequestID(ctx)
	o.mu.Lock()
	o.calls[id] = functionCall{Run: run, rebuild: o.calls[id].rebuild}
	o.mu.Unlock()
	o.recorder.Update(id, func(q *console.Request) { q.Invocation = run.RequestID })
}

// ran keeps how the function of a request was called, until its trace comes.
func (o *observer) ran(ctx context.Context, run lambda.Run) {
	call := functionCall{Run: run, ended: time.Now()}
	if r, ok := ctx.Value(replayKey{}).(*replaying); ok {
		r.call = call
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

// trace takes the gateway's report on a request.
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
	if c.ended.IsZero() {
		return // the gateway did not wait for its end
	}
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

// deployed records what is served from now on.
func (o *observer) deployed(graph *stack.Graph, s wiring.Services) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.labels = s.Labels
	o.api, o.graph = wiring.DescribeAPI(graph, s), graph
	o.recorder.Deployed()
}

// described is what is served now.
func (o *observer) described() (console.API, *stack.Graph) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.api, o.graph
}

func (o *observer) label(function string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if label := o.labels[function]; label != "" {
		return label
	}
	return function
}

// physical is a function's name in the cloud, by its name as it is shown, or by that
// name itself.
func (o *observer) physical(function string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	for name, label := range o.labels {
		if label == function {
			return name
		}
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
