package terminal

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/redact"
)

// Request shows a line for an answered request, with everything that belongs to it below. A
// request that the site forwarded to the API is the API's. Before the stack is ready there
// are only requests between its own parts, which are omitted, as are those of the console,
// which shows them itself.
func (t *Terminal) Request(r *journal.Entry) {
	if !t.isReady.Load() || r.Aborted || r.Via == "console" || r.LeftOut && r.Status < http.StatusBadRequest {
		return
	}
	e := newRequestEvent(r)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.JSON {
		t.write(e)
		return
	}
	page := t.page()
	text := e.masked().text(page)
	for _, line := range t.take(r.Invocation) {
		if !alreadyShown(r.Failure, line) {
			text += line.masked().(logEvent).labelled(page, "")
		}
	}
	if r.Failure != nil && r.Invocation != "" {
		t.addPending(r.Invocation, rememberFor).failure = r.Failure
	}
	for _, warning := range r.Warnings {
		if r.Failure == nil {
			text += page.under("", yellow, redact.Text(warning.Message))
		}
	}
	t.print(text)
}

func newRequestEvent(r *journal.Entry) requestEvent {
	e := requestEvent{
		Server: cmp.Or(r.Server, r.Via), Method: r.Method, Path: r.Path, Status: r.Status, Milliseconds: milliseconds(r.Took),
		Function: r.Function, RequestID: r.Invocation,
	}
	switch {
	case r.Cold:
		e.Start = "cold"
	case r.Ran:
		e.Start = "warm"
	}
	if r.Status < http.StatusInternalServerError { // above, the function's failure says why
		e.Refusal = r.Refusal
	}
	if r.Failure != nil {
		e.describe(r.Failure)
	}
	return e
}

// describe adds why the function failed.
func (e *requestEvent) describe(failure error) {
	e.Error = failure.Error()
	if found := positions(e.Error); len(found) > 0 { // of code that does not compile
		e.File, e.Line = found[0].File, found[0].Line
	}
	if fault, ok := errors.AsType[*lambda.FunctionError](failure); ok {
		e.Error = strings.TrimPrefix(e.Error, "Runtime.ExitError: ")
		e.Error = strings.TrimPrefix(e.Error, "Sandbox.Timedout: ")
		e.Error = strings.TrimPrefix(e.Error, "RequestId: "+e.RequestID+" Error: ")
		e.File, e.Line = origin(e.Function, fault.StackTrace)
	}
}

// origin returns where in the function's own code a panic began. Its frames have the folder
// and the name of their file; only the handler's own folder can be recognized.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
func origin(function string, stack json.RawMessage) (file string, line int) {
	var frames []struct {
		Path string `json:"path"`
		Line int    `json:"line"`
	}
	if json.Unmarshal(stack, &frames) != nil {
		return "", 0
	}
	for _, frame := range frames {
		if strings.HasPrefix(frame.Path, function+"/") {
			return "lambdas/" + frame.Path, frame.Line
		}
	}
	return "", 0
}

// panicked is what the runtime for Go adds to the error of a panic:
// https://github.com/aws/aws-lambda-go/blob/v1.55.1/lambda/invoke_loop.go
const panicked = "calling the handler function resulted in a panic, the process should exit"

// alreadyShown reports whether the line of a failed request includes a line of its function's
// log: how the process ended, or the error, which the runtime for Go logs in JSON.
func alreadyShown(failure error, e logEvent) bool {
	fault, ok := errors.AsType[*lambda.FunctionError](failure)
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
