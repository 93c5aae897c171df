package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/redact"
)

// handling is what a request's line tells beyond its answer. It travels with the
// request's context, and is filled in by what the request comes through, all in
// one goroutine.
type handling struct {
	function  string // what people call it
	start     string // "cold", "warm", or "" where no process had it
	requestID string // of the invocation
	failure   error
	warnings  []warningEvent
}

type handlingKey struct{}

// invoke notes which function a request came to, and how that failed.
func (c *Cloud) invoke(ctx context.Context, name string, event []byte) ([]byte, error) {
	output, err := c.run(ctx, name, event)
	if noted, ok := ctx.Value(handlingKey{}).(*handling); ok {
		noted.function, noted.failure = c.label(name), err
	}
	return output, err
}

// run runs a function, unless the code that was saved for it does not build.
func (c *Cloud) run(ctx context.Context, name string, event []byte) ([]byte, error) {
	if broken := c.broken.Load(); broken != nil {
		for _, handler := range []string{c.label(name), ""} { // "" stands for all
			if err := (*broken)[handler]; err != nil {
				return nil, err
			}
		}
	}
	return c.functions.Invoke(ctx, name, event)
}

// label is what people call a function.
func (c *Cloud) label(name string) string { return (*c.labels.Load())[name] }

// functionLine shows a line of a function's log. Where Delve listens is said with
// everything else.
func (c *Cloud) functionLine(line lambda.Line) {
	if c.delve != nil && line.Text == "API server listening at: "+c.delve.Address {
		return
	}
	line.Function = c.label(line.Function)
	line.Text = c.logLines.Line(line.Function+" "+line.RequestID, line.Text)
	c.cfg.Terminal.functionLine(line)
	c.observer.line(line)
}

// ran tells the terminal and the console how an invocation went.
func (c *Cloud) ran(ctx context.Context, run lambda.Run) {
	noteRun(ctx, run)
	c.observer.ran(ctx, run)
}

// noteRun notes how the invocation of a request went.
func noteRun(ctx context.Context, run lambda.Run) {
	c, ok := ctx.Value(handlingKey{}).(*handling)
	if !ok {
		return
	}
	c.requestID = run.RequestID
	switch {
	case run.Cold():
		c.start = "cold"
	case !run.Started.IsZero():
		c.start = "warm"
	}
}

// describe adds what is known to its request's event.
func (c *handling) describe(e *requestEvent) {
	e.Function, e.Start, e.RequestID = c.function, c.start, c.requestID
	if c.failure == nil {
		return
	}
	e.Error = c.failure.Error()
	if found := positions(e.Error); len(found) > 0 { // of code that does not compile
		e.File, e.Line = found[0].File, found[0].Line
	}
	if fault, ok := errors.AsType[*lambda.FunctionError](c.failure); ok {
		e.Error = strings.TrimPrefix(e.Error, "Runtime.ExitError: ")
		e.Error = strings.TrimPrefix(e.Error, "Sandbox.Timedout: ")
		e.Error = strings.TrimPrefix(e.Error, "RequestId: "+c.requestID+" Error: ")
		e.File, e.Line = c.origin(fault.StackTrace)
	}
}

// origin is where in the function's own code a panic began. Its frames have the
// folder and the name of their file; only the handler's own folder is told apart.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-exceptions.html
func (c *handling) origin(stack json.RawMessage) (file string, line int) {
	var frames []struct {
		Path string `json:"path"`
		Line int    `json:"line"`
	}
	if json.Unmarshal(stack, &frames) != nil {
		return "", 0
	}
	for _, frame := range frames {
		if strings.HasPrefix(frame.Path, c.function+"/") {
			return "lambdas/" + frame.Path, frame.Line
		}
	}
	return "", 0
}

// panicked is what the runtime for Go adds to the error of a panic:
// https://github.com/aws/aws-lambda-go/blob/v1.55.1/lambda/invoke_loop.go
const panicked = "calling the handler function resulted in a panic, the process should exit"

// tells reports whether the request's line has said already what a line of its
// function's log says: how the process ended, or the error, which the runtime for
// Go logs in JSON.
func (c *handling) tells(e logEvent) bool {
	fault, ok := errors.AsType[*lambda.FunctionError](c.failure)
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
