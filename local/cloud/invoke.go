package cloud

import (
	"context"

	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
)

// invoke invokes the function of a request, and records its failure.
func (c *Cloud) invoke(ctx context.Context, name string, event []byte) ([]byte, error) {
	output, err := c.run(ctx, name, event)
	if err != nil {
		journal.From(ctx).Note(func(e *journal.Entry) { e.Failure = err })
	}
	return output, err
}

// run runs a function, unless its saved code does not build.
func (c *Cloud) run(ctx context.Context, name string, event []byte) ([]byte, error) {
	if err := c.brokenHandler(c.observer.label(name)); err != nil {
		return nil, err
	}
	return c.functions.Invoke(ctx, name, event)
}

// brokenHandler returns why a handler's saved code is not served, or nil if it is.
func (c *Cloud) brokenHandler(handler string) error {
	if broken := c.broken.Load(); broken != nil {
		for _, name := range []string{handler, ""} { // "" means all
			if err := (*broken)[name]; err != nil {
				return err
			}
		}
	}
	return nil
}

// functionLine forwards a line of a function's log. Delve's address is shown when everything
// is ready.
func (c *Cloud) functionLine(line lambda.Line) {
	if c.delve != nil && line.Text == "API server listening at: "+c.delve.Address {
		return
	}
	line.Function = c.observer.label(line.Function)
	line.Text = c.logLines.Line(line.Function+" "+line.RequestID, line.Text)
	c.cfg.Terminal.FunctionLine(line)
	c.observer.line(line)
}
