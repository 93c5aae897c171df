package cloud

import (
	"context"
	"net/http"

	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/terminal"
)

// invoke notes which function a request came to, and how that failed.
func (c *Cloud) invoke(ctx context.Context, name string, event []byte) ([]byte, error) {
	output, err := c.run(ctx, name, event)
	terminal.NoteFunction(ctx, c.label(name), err)
	return output, err
}

// run runs a function, unless the code that was saved for it does not build.
func (c *Cloud) run(ctx context.Context, name string, event []byte) ([]byte, error) {
	if broken := c.broken.Load(); broken != nil {
		for _, handler := range []string{c.label(name), ""} { // "" means all
			if err := (*broken)[handler]; err != nil {
				return nil, err
			}
		}
	}
	return c.functions.Invoke(ctx, name, event)
}

// label is a function's name as it is shown: its handler's.
func (c *Cloud) label(name string) string { return (*c.labels.Load())[name] }

// functionLine passes on a line of a function's log. Where Delve listens is shown
// when everything is ready.
func (c *Cloud) functionLine(line lambda.Line) {
	if c.delve != nil && line.Text == "API server listening at: "+c.delve.Address {
		return
	}
	line.Function = c.label(line.Function)
	line.Text = c.logLines.Line(line.Function+" "+line.RequestID, line.Text)
	c.cfg.Terminal.FunctionLine(line)
	c.observer.line(line)
}

// ran passes on how an invocation went.
func (c *Cloud) ran(ctx context.Context, run lambda.Run) {
	terminal.NoteRun(ctx, run)
	c.observer.ran(ctx, run)
}

// traced passes on how a request to the API went.
func (c *Cloud) traced(t gateway.Trace) {
	t.Refusal = refusal(t)
	if t.Status < http.StatusInternalServerError { // above, the function's failure is noted
		terminal.NoteRefusal(t.Request.Context(), t.Refusal)
	}
	c.observer.trace(t)
}

// refusal is why a request was refused, with what of the project decides that.
func refusal(t gateway.Trace) string {
	switch t.Refusal {
	case gateway.NoRoute:
		return "no route of infra/routes.go has this method and path"
	case gateway.Throttled:
		return "above the settings throttleRate and throttleBurst"
	}
	return t.Refusal
}
