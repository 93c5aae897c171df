package journal

import (
	"net/http"
	"time"
)

// Entry is the state of a request, or of an invocation without a request, at one moment.
// Readers share it: neither it nor what it refers to may be changed.
type Entry struct {
	// ID is the API's ID of a request, or the invocation's ID without a request. It is empty
	// before the API or a function has it, and for everything that the site and the tenant
	// answer themselves.
	ID string
	// Via is the origin: "site", "api" or "tenant" for a request; for an invocation without a
	// request "console", "queue", "schedule" or "stream", or "live" for one of the deployed
	// stack.
	Via    string
	Server string // that answers: "site", "api" or "tenant"; empty without a request

	Start, End time.Time     // where it entered; End is zero while it runs
	Took       time.Duration // at Server alone
	Method     string        // without a request, what the lists show in its place
	Path       string        // decoded
	Query      string        // as it was sent
	Header     http.Header   // as Server received it

	Route      string // its key; empty when none matched
	Function   string // its name as it is shown; empty when none was called
	Physical   string // its name in the cloud
	Invocation string // the request ID in the function's log
	Ran        bool   // a process had the invocation, which has ended
	Cold       bool   // that process was started for it
	Event      []byte // what the function was called with; nil when none was
	Output     []byte // what it returned
	Failure    error  // why it failed
	Spans      []Span // in the order in which they began, once it has ended
	Calls      []Call // that the function made, in the order in which they ended
	MoreCalls  int    // that are not in Calls

	Running bool   // it has no answer yet
	Aborted bool   // the connection was closed before the whole answer was sent
	Status  int    // 0 before the answer has one
	Refusal string // why it was refused or failed, for developers
	Answer  Answer

	Warnings []Warning // of the servers, about this request
	LeftOut  bool      // of what is listed, unless it fails; see LeaveOut
}

// Span is one part of a request's time.
type Span struct {
	Name       string // "edge", "gateway", "authorizer", "rebuild", "queue", "cold start", "handler"; "offer", "claim", "transfer" and "run" of a live one
	Start, End time.Time
}

// Call is one request of a function to an AWS service.
type Call struct {
	Service    string // such as "dynamodb"
	Action     string // such as "PutItem"
	Resource   string // a table, a queue, a bucket and key; may be empty
	Start, End time.Time
	Status     int    // of the answer
	Refusal    string // why it was refused; empty when its service answered
}

// Answer is what the client received.
type Answer struct {
	Header http.Header
	Body   []byte // of the API; nil for other servers
	Size   int64  // of the body, in bytes
}

// Warning is what a service logs about a request.
type Warning struct{ Service, Message string }

// Bytes returns the approximate memory of an entry.
func (e *Entry) Bytes() int {
	n := 1024 + len(e.Path) + len(e.Query) + len(e.Event) + len(e.Output) + len(e.Answer.Body)
	for name, values := range e.Header {
		for _, value := range values {
			n += len(name) + len(value)
		}
	}
	for _, call := range e.Calls {
		n += 160 + len(call.Resource) + len(call.Refusal)
	}
	return n
}
