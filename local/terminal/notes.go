package terminal

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/redact"
)

// requestNotes are what a request's line shows beyond its answer. They travel with the
// request's context, and are filled in by what handles the request, all in one
// goroutine.
type requestNotes struct {
	function  string // its name as it is shown
	start     string // "cold", "warm", or "" where no process had it
	requestID string // of the invocation
	failure   error
	refusal   string // why the API answered it itself
	warnings  []warningEvent
	leftOut   bool // of the log, unless the request fails
}

type notesKey struct{}

// NoteFunction notes that the request of ctx was answered by a function, by its name
// as it is shown, and the error if it failed.
func NoteFunction(ctx context.Context, function string, err error) {
	if n, ok := ctx.Value(notesKey{}).(*requestNotes); ok {
		n.function, n.failure = function, err
	}
}

// NoteRefusal notes why the API answered the request of ctx itself.
func NoteRefusal(ctx context.Context, reason string) {
	if n, ok := ctx.Value(notesKey{}).(*requestNotes); ok {
		n.refusal = reason
	}
}

// LeaveOut omits the request of ctx from the log, unless it fails.
func LeaveOut(ctx context.Context) {
	if n, ok := ctx.Value(notesKey{}).(*requestNotes); ok {
		n.leftOut = true
	}
}

// NoteRun notes how the invocation for the request of ctx went.
func NoteRun(ctx context.Context, run lambda.Run) {
	n, ok := ctx.Value(notesKey{}).(*requestNotes)
	if !ok {
		return
	}
	n.requestID = run.RequestID
	switch {
	case run.Cold():
		n.start = "cold"
	case !run.Started.IsZero():
		n.start = "warm"
	}
}

// describe adds what is known to its request's event.
func (n *requestNotes) describe(e *requestEvent) {
	e.Function, e.Start, e.RequestID, e.Refusal = n.function, n.start, n.requestID, n.refusal
	if n.failure == nil {
		return
	}
	e.Error = n.failure.Error()
	if found := positions(e.Error); len(found) > 0 { // of code that does not compile
		e.File, e.Line = found[0].File, found[0].Line
	}
	if fault, ok := errors.AsType[*lambda.FunctionError](n.failure); ok {
		e.Error = strings.TrimPrefix(e.Error, "Runtime.ExitError: ")
		e.Error = strings.TrimPrefix(e.Error, "Sandbox.Timedout: ")
		e.Error = strings.TrimPrefix(e.Error, "RequestId: "+n.requestID+" Error: ")
		e.File, e.Line = n.origin(fault.StackTrace)
	}
}

// origin is where in the function's own code a panic began. Its frames have the
// folder and the name of their file; only the handler's own folder can be recognized.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
func (n *requestNotes) origin(stack json.RawMessage) (file string, line int) {
	var frames []struct {
		Path string `json:"path"`
		Line int    `json:"line"`
	}
	if json.Unmarshal(stack, &frames) != nil {
		return "", 0
	}
	for _, frame := range frames {
		if strings.HasPrefix(frame.Path, n.function+"/") {
			return "lambdas/" + frame.Path, frame.Line
		}
	}
	return "", 0
}

// panicked is what the runtime for Go adds to the error of a panic:
// https://github.com/aws/aws-lambda-go/blob/v1.55.1/lambda/invoke_loop.go
const panicked = "calling the handler function resulted in a panic, the process should exit"

// alreadyShown reports whether the request's line includes what is in a line of its
// function's log: how the process ended, or the error, which the runtime for
// Go logs in JSON.
func (n *requestNotes) alreadyShown(e logEvent) bool {
	fault, ok := errors.AsType[*lambda.FunctionError](n.failure)
	if !ok || e.Failed {
		return ok
	}
	text := redact.Text(e.Text)
	var structured struct{ Message string }
	if json.Unmarshal([]byte(text), &structured) == nil && structured.Message != "" {
		text = structured.Message
	}
	return text == panicked || len(fault.Payload) > 0 && strings.HasSuffix(text, redact.Text(string(fault.Payload)))
}
