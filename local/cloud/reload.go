package cloud

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/watch"
	"api-auth-jwt-auth0/local/wiring"
)

// NewWatcher starts to watch the project's files.
func (c *Cloud) NewWatcher() (*watch.Watcher, error) {
	watcher, err := watch.New(watch.Config{
		Root:     c.cfg.Root,
		Skip:     unwatched,
		IsSource: artifact.IsSource,
		OnSave:   func(file string) { c.pauseFor(file) },
	})
	if err != nil {
		return nil, fmt.Errorf("watching the project's files: %w", err)
	}
	return watcher, nil
}

// Watch serves the changes that watcher reports, until ctx ends: it rebuilds handlers and the
// site, and runs a program whose sources or settings have changed. What cannot be built or
// run is shown as a problem, and nothing that is served changes. A change during a reload
// cancels it, and is served together with it.
func (c *Cloud) Watch(ctx context.Context, watcher *watch.Watcher) {
	var pending watch.Change // what is not served yet
	stop := func() (served, failed bool) { return true, false }
	compiled := c.compileMeanwhile(ctx)
	for {
		select {
		case <-ctx.Done():
			stop()
			return
		case err := <-compiled:
			compiled = nil
			if err != nil {
				if !errors.Is(err, context.Canceled) {
					c.cfg.Terminal.Problem(err)
				}
				continue
			}
			if served, _ := stop(); served {
				pending = watch.Change{}
			}
			stop = c.reloading(ctx, pending)
		case change, open := <-watcher.Changes():
			if !open {
				stop()
				return
			}
			switch served, failed := stop(); {
			case served:
				pending = watch.Change{}
			case failed:
				pending.At = change.At // the time counts from the save that works
			}
			pending = pending.Merge(change)
			if compiled == nil {
				compiled = c.compileMeanwhile(ctx)
			}
			stop = c.reloading(ctx, pending)
		}
	}
}

// compileMeanwhile compiles the program while its committed description is served, and sends
// when it is done. It returns nil if there is nothing to compile. A reload that runs a newer
// program cancels it, and compiles that instead.
func (c *Cloud) compileMeanwhile(ctx context.Context) <-chan error {
	if !c.isProvisional.Load() {
		return nil
	}
	ctx, c.cancelCompile = context.WithCancel(ctx)
	compiled := make(chan error, 1)
	go func() { compiled <- c.stack.Compile(ctx) }()
	return compiled
}

// reloading serves a change in the background. stop cancels that, and reports whether it had
// been served, or had failed, by then.
func (c *Cloud) reloading(ctx context.Context, change watch.Change) (stop func() (served, failed bool)) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan bool, 1)
	go func() { done <- c.Reload(ctx, change) }()
	return func() (served, failed bool) {
		select {
		case served = <-done:
			cancel()
			return served, !served
		default:
		}
		cancel()
		return <-done, false
	}
}

// Reload serves the changes in these files, and reports whether they are served. If ctx ends
// first, the gates stay closed for the next Reload.
func (c *Cloud) Reload(ctx context.Context, change watch.Change) (served bool) {
	mark, programMark := c.handlerGate.mark(), c.programGate.mark()
	defer func() {
		if ctx.Err() == nil || served {
			c.handlerGate.open(mark)
			c.programGate.open(programMark)
		}
	}()
	if change.Err != nil {
		c.cfg.Terminal.Problem(fmt.Errorf("some changes may have been missed: %w", change.Err))
	}
	changed, wasProvisional := c.relevantChanges(change.Files), c.isProvisional.Load()
	if len(changed) == 0 && !wasProvisional {
		return true
	}
	plan, err := c.redeploy(ctx)
	switch {
	case err == nil: // it is served, even if ctx has ended since
	case ctx.Err() != nil:
		return false
	default:
		c.breakHandlers(err)
		c.cfg.Terminal.Problem(err)
		c.observer.recorder.Problem(err.Error())
		return false
	}
	c.handlerGate.served(mark)
	if wasProvisional && !c.isProvisional.Load() {
		c.compared(changed, plan)
	}
	if len(changed) > 0 {
		c.cfg.Terminal.Reloaded(changed, plan, change.At)
	}
	return true
}

// compared reports the differences between the program's output and its committed
// description. If something was also saved, the plan has both.
func (c *Cloud) compared(saved, plan []string) {
	switch {
	case len(plan) == 0:
		c.cfg.Terminal.ProgramLine(stack.Line{Level: "info", Text: "compiled: it gives what its committed description says"})
	case len(saved) == 0:
		c.cfg.Terminal.ProgramLine(stack.Line{Level: "warning", Text: "compiled: it gives something else than its committed description, and is served now\n" +
			strings.Join(plan, "\n") + "\nwrite the description again: go test ./local/stack -update"})
	}
}

// redeploy runs the current program, serves what it describes, and returns the changes.
func (c *Cloud) redeploy(ctx context.Context) ([]string, error) {
	d, err := c.describe(ctx)
	if err != nil {
		return nil, err
	}
	before := c.graph
	if err := c.apply(ctx, d); err != nil {
		return nil, err
	}
	return wiring.Plan(before, d.graph), nil
}

// breakHandlers makes each handler that was saved but cannot be served fail its requests: the
// old code must not answer as if it were the new.
func (c *Cloud) breakHandlers(err error) {
	broken := map[string]*artifact.HandlerError{}
	for _, name := range c.handlerGate.waiting() {
		broken[name] = &artifact.HandlerError{Handler: name, Err: fmt.Errorf("was saved, and is not served: %w", err)}
	}
	failed, _ := artifact.HandlerErrors(err)
	for _, e := range failed {
		broken[e.Handler] = e
	}
	c.broken.Store(&broken)
}
