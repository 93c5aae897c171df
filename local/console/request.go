package console

import (
	"net/http"
	"time"
)

// Request is one request from the edge to a handler, or only a handler's
// invocation. Its contents must not be changed once it is recorded.
type Request struct {
	ID  string
	Via string // where it came from: "site", "api" or "console"

	Start, End time.Time
	Method     string
	Path       string // decoded
	Query      string // as it was sent
	Header     http.Header

	Route      string // its key; empty when none matched
	Function   string // its label; empty when none was called
	Physical   string // its name, for a replay
	Invocation string // the request ID in the function's log
	Cold       bool
	Spans      []Span // in the order in which they began

	Running bool // it has no answer yet, and no End
	Status  int
	Refusal string // why it was refused or failed, for developers

	Event  []byte // what the function was called with; nil when none was
	Output []byte // what it returned
	Answer Answer // what the client received
}

// Answer is what a client received.
type Answer struct {
	Header http.Header
	Body   []byte
}

// Span is one part of a request's time.
type Span struct {
	Name       string // "edge", "gateway", "authorizer", "rebuild", "queue", "cold start", "handler"
	Start, End time.Time
}

// Line is one line of a function's log.
type Line struct {
	Time       time.Time
	Function   string
	Invocation string // empty between invocations
	Kind       string // "output", "platform", "fault", or "cut" for lines that are no longer kept
	Text       string // as the process wrote it
	Cut        Cut    // for the kind "cut"
}

// Bounds of what is kept. Bodies beyond maxBody are cut for the page; a longer
// event is kept complete for a replay, and counts.
const (
	maxRequests     = 1000
	maxRequestBytes = 32 << 20
	maxBody         = 64 << 10
)

// size is the approximate memory of a request.
func (r *Request) size() int {
	n := 1024 + len(r.Path) + len(r.Query) + len(r.Event) + len(r.Output) + len(r.Answer.Body)
	for name, values := range r.Header {
		for _, value := range values {
			n += len(name) + len(value)
		}
	}
	return n
}
