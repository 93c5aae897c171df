package cloud

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/wiring"
)

// observer adds the emulators' reports to the journal's record of a request, and keeps what
// else the console shows.
type observer struct {
	recorder *console.Recorder
	labels   atomic.Pointer[map[string]string] // names in the program; see wiring.Services

	resources atomic.Pointer[map[resourceName]string] // names in the program

	deployedNames atomic.Pointer[map[string]string] // local names of deployed resources; nil: handlers use none of them

	mu       sync.Mutex
	api      console.API // without the users and the defects of tokens
	graph    *stack.Graph
	services wiring.Services
}

func newObserver() *observer {
	o := &observer{recorder: console.NewRecorder()}
	o.labels.Store(&map[string]string{})
	o.resources.Store(&map[resourceName]string{})
	return o
}

// onRequest records that the API has received a request, which is listed from then on.
func (o *observer) onRequest(t gateway.Trace) {
	journal.From(t.Request.Context()).Update(func(e *journal.Entry) { e.ID = t.RequestID })
}

// called records the function and the event of a request.
func (o *observer) called(ctx context.Context, function string, event []byte) {
	label := o.label(function)
	journal.From(ctx).Update(func(e *journal.Entry) { e.Function, e.Physical, e.Event = label, function, event })
}

// rebuilt records how long a request waited for its handler's saved code. The request may
// fail before a process receives it.
func (o *observer) rebuilt(ctx context.Context, start, end time.Time) {
	journal.From(ctx).Note(func(e *journal.Entry) {
		e.Spans = append(e.Spans, journal.Span{Name: "rebuild", Start: start, End: end})
	})
}

// queued records that a function has been given an invocation.
func (o *observer) queued(ctx context.Context, run lambda.Run) {
	journal.From(ctx).Queued(run.RequestID)
}

// ran records the outcome of an invocation.
func (o *observer) ran(ctx context.Context, run lambda.Run) {
	ended := time.Now()
	journal.From(ctx).Note(func(e *journal.Entry) {
		e.Ran, e.Cold = !run.Started.IsZero(), run.Cold()
		e.Spans = append(e.Spans, runSpans(run, ended)...)
	})
}

// runSpans returns the spans of an invocation. If a process was started for it, that is its
// cold start, and the rest of the wait is the queue.
func runSpans(run lambda.Run, ended time.Time) []journal.Span {
	started := run.Started
	if started.IsZero() {
		started = ended // it never ran
	}
	ready := started.Add(-run.Init)
	if ready.Before(run.Queued) {
		ready = run.Queued
	}
	spans := append(make([]journal.Span, 0, 3), journal.Span{Name: "queue", Start: run.Queued, End: ready})
	if run.Cold() {
		spans = append(spans, journal.Span{Name: "cold start", Start: ready, End: started})
	}
	if !run.Started.IsZero() {
		spans = append(spans, journal.Span{Name: "handler", Start: started, End: ended})
	}
	return spans
}

// onTrace records how the API answered a request.
func (o *observer) onTrace(t gateway.Trace) {
	journal.From(t.Request.Context()).Note(func(e *journal.Entry) {
		spans := append(make([]journal.Span, 0, 2+len(e.Spans)), journal.Span{Name: "gateway", Start: t.Start, End: t.End})
		if a := t.Authorizer; !a.Start.IsZero() {
			spans = append(spans, journal.Span{Name: "authorizer", Start: a.Start, End: a.End})
		}
		e.Route, e.Refusal, e.Event, e.Output = t.Route, refusal(t), t.Event, t.Output
		e.Answer, e.Spans = journal.Answer{Header: t.Header, Body: t.Body}, append(spans, e.Spans...)
	})
}

// refusal returns why a request was refused, with the part of the project that decides it.
func refusal(t gateway.Trace) string {
	switch t.Refusal {
	case gateway.NoRoute:
		return "no route of infra/routes.go has this method and path"
	case gateway.Throttled:
		return "above the settings throttleRate and throttleBurst"
	}
	return t.Refusal
}

// deployed records what is served from now on.
func (o *observer) deployed(graph *stack.Graph, s wiring.Services) {
	o.resources.Store(resourceNames(s))
	o.serve(s)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.api, o.graph = wiring.DescribeAPI(graph, s), graph
	o.recorder.Deployed()
}

// serve records the configurations that are served from now on, and what they lack.
func (o *observer) serve(s wiring.Services) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.services = s
	o.recorder.Warn(warnings(s)...)
}

// described returns what is served now.
func (o *observer) described() (console.API, *stack.Graph) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.api, o.graph
}

// deployedServices returns the configurations that are served now.
func (o *observer) deployedServices() wiring.Services {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.services
}

// label returns the name in the program of a function, by its physical name, or of another
// resource, by its ARN.
func (o *observer) label(name string) string {
	return cmp.Or((*o.labels.Load())[name], name)
}

// physical returns a function's physical name, by its displayed name or by the physical name
// itself.
func (o *observer) physical(function string) string {
	for name, label := range *o.labels.Load() {
		if label == function && !strings.HasPrefix(name, "arn:") { // a table can have a handler's name
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
