package gateway

import (
	"net/http"
	"time"
)

// Trace describes how one request was handled. It is emitted after the response is
// written; its slices and maps must not be changed.
type Trace struct {
	RequestID  string // as in the event and in the answer's header
	Request    *http.Request
	Start, End time.Time

	Route      string   // its key; empty when none matched
	Authorizer Interval // zero: the route has none, or it was not reached

	Integration Interval // zero: the function was not called
	Event       []byte   // what the function was called with
	Output      []byte   // what it returned, nil when it failed

	Status int
	Header http.Header
	Body   []byte

	// Refusal is why the request was refused or failed, in words for developers,
	// with the cause, which the client does not get. Empty: the function answered.
	Refusal string
}

// Refusals caused by the configuration. A caller that knows its source may replace
// them with more precise texts.
const (
	NoRoute   = "no route has this method and path"
	Throttled = "above the rate and the burst of the route"
)

// Interval is a period of time.
type Interval struct{ Start, End time.Time }

// mark returns the time if requests are traced.
func (x *exchange) mark() time.Time {
	if x.trace == nil {
		return time.Time{}
	}
	return x.api.options.Now()
}

func (x *exchange) traceAuthorizer(start time.Time) {
	if x.trace != nil {
		x.trace.Authorizer = Interval{start, x.mark()}
	}
}

func (x *exchange) traceEvent(event []byte) {
	if x.trace != nil {
		x.trace.Event = event
	}
}

func (x *exchange) traceOutput(called time.Time, output []byte) {
	if x.trace != nil {
		x.trace.Integration = Interval{called, called.Add(x.integrationLatency)}
		x.trace.Output = output
	}
}

// reportTrace emits the trace, if there is one.
func (x *exchange) reportTrace(a *answer, header http.Header) {
	t := x.trace
	if t == nil {
		return
	}
	t.RequestID, t.Request, t.Start, t.End = x.requestID, x.request, x.start, x.api.options.Now()
	t.Route, t.Status, t.Header, t.Body = x.routeKey(), a.status, header.Clone(), a.body
	t.Refusal = x.refusal()
	x.api.options.OnTrace(*t)
}

// refusal explains the failure by its cause, if that is known.
func (x *exchange) refusal() string {
	switch {
	case x.failure == nil:
		return ""
	case x.refused != nil && x.refused.cause != nil:
		return x.refused.reason + " (" + x.refused.cause.Error() + ")"
	case x.refused != nil:
		return x.refused.reason
	case x.integrationError != "":
		return x.integrationError
	case x.failure == notFound && x.stage == nil:
		return "no stage of the API has this path"
	}
	return refusals[x.failure]
}

// refusals are the explanations that do not depend on the request.
var refusals = map[*failure]string{
	badRequest:      "the path is not UTF-8, or the body ended early",
	notFound:        NoRoute,
	tooLarge:        "the body is larger than 10 MB, or its event than the 6 MB that a function takes",
	throttled:       Throttled,
	headersTooLarge: "the request line and the headers are larger than 10,240 bytes",
}
