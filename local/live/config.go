package live

import (
	"context"
	"errors"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/wire"
)

// Config describes a developer's session.
type Config struct {
	Project, Stack string
	Name           string // of the developer, as in the header x-live
	Endpoint       string // host of IoT Core, or ws://host:port of a broker on this machine
	Region         string
	Connect        func(context.Context) (mqtt.Credentials, error)
	For            wire.Selection // requests besides those that name the developer
	Credentials    bool           // ask for the credentials of the functions' roles
	Patient        bool           // handlers may stop at breakpoints

	// Handles reports whether this machine has a handler. Nil means that it has all.
	Handles func(handler string) bool
	// Run runs an invocation and returns its response. An error fails the invocation; a
	// *FunctionError keeps its type and message. ctx ends with the function's time limit,
	// with the session, and when the answer is no longer needed. Run is called concurrently.
	Run func(ctx context.Context, inv Invocation) ([]byte, error)
	// OnStatus is called at each change, one at a time; it must not call the session.
	OnStatus func(Status)
	Now      func() time.Time // nil: time.Now
}

// Invocation is an invocation that this session has claimed and received.
type Invocation struct {
	ID                string // Lambda's request ID
	Function, Handler string
	Event             []byte
	Deadline          time.Time         // the function's time limit, by this machine's clock
	Environment       map[string]string // the function's own
	Credentials       *mqtt.Credentials // nil: not asked for

	// The times of the offer, the claim, and the first and the last piece of the run.
	Offered, Claimed, Confirmed, Received time.Time
}

// FunctionError is a failure that the caller gets as if the deployed function had failed.
type FunctionError struct {
	Type, Message string
	Payload       []byte // the Runtime API's error body; nil: made of the others
}

func (e *FunctionError) Error() string { return strings.TrimPrefix(e.Type+": "+e.Message, ": ") }

// A StatusKind is what a Status reports.
type StatusKind int

const (
	Online       StatusKind = iota // connected, and announced
	Offline                        // not connected, or still not for another reason; the session reconnects
	NameTaken                      // another session has the name; this one accepts no more invocations
	OtherVersion                   // a deployed function uses another version: run pulumi up
)

// Status is a change of a session's state.
type Status struct {
	Kind    StatusKind
	Err     error  // of Offline and NameTaken
	Handler string // of OtherVersion
}

// ErrNameTaken is wrapped by the errors of a session whose name another session holds.
var ErrNameTaken = errors.New("the name is taken")
