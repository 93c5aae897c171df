package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/watch"
)

// watch begins to see what is saved.
func (c *Cloud) watch() (*watch.Watcher, error) {
	watcher, err := watch.New(watch.Config{
		Root:     c.cfg.Root,
		Skip:     unwatched,
		IsSource: artifact.IsSource,
		OnSave:   func(file string) { c.hold(file) },
	})
	if err != nil {
		return nil, fmt.Errorf("watching the project's files: %w", err)
	}
	return watcher, nil
}

// Watch serves what watcher sees, until ctx ends: handlers and the site are built
// anew, and a program whose sources or settings have changed is run again. What
// cannot be built or run leaves everything else as it was, and says so. A change
// that comes meanwhile ends the work on the one before, and is served with it.
func (c *Cloud) Watch(ctx context.Context, watcher *watch.Watcher) {
	var pending watch.Change // what is not served yet
	stop := func() (served, failed bool) { return true, false }
	for {
		select {
		case <-ctx.Done():
			stop()
			return
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
			pending = pending.And(change)
			stop = c.reloading(ctx, pending)
		}
	}
}

// reloading works on a change in the background. The function that it returns
// ends that, and reports whether it was done, or had failed before.
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

// Reload serves what has changed in these files, and reports whether it does.
// Where ctx ends first, what was held back stays so, for who does it next.
func (c *Cloud) Reload(ctx context.Context, change watch.Change) (served bool) {
	mark, programMark := c.pause.mark(), c.program.mark()
	defer func() {
		if ctx.Err() == nil || served {
			c.pause.end(mark)
			c.program.end(programMark)
		}
	}()
	if change.Err != nil {
		c.cfg.Terminal.problem(fmt.Errorf("some changes may have been missed: %w", change.Err))
	}
	changed := c.effective(change.Files)
	if len(changed) == 0 {
		return true
	}
	plan, err := c.redeploy(ctx)
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil:
		c.breakHandlers(err)
		c.cfg.Terminal.problem(err)
		c.observer.recorder.Problem(err.Error())
		return false
	}
	c.pause.served(mark)
	c.cfg.Terminal.reloaded(changed, plan, change.At)
	return true
}

// redeploy runs the program as it is now and serves what it describes. It returns
// what has changed in that.
func (c *Cloud) redeploy(ctx context.Context) ([]string, error) {
	graph, err := c.describe(ctx)
	if err != nil {
		return nil, err
	}
	before := c.graph
	if err := c.apply(ctx, graph); err != nil {
		return nil, err
	}
	return planBetween(before, graph), nil
}

// breakHandlers has each handler fail its requests that was saved and cannot be
// served: the code before must not go on answering as if it were that.
func (c *Cloud) breakHandlers(err error) {
	broken := map[string]*artifact.HandlerError{}
	for _, name := range c.pause.waiting() {
		broken[name] = &artifact.HandlerError{Handler: name, Err: fmt.Errorf("was saved, and is not served: %w", err)}
	}
	failed, _ := artifact.HandlerErrors(err)
	for _, e := range failed {
		broken[e.Handler] = e
	}
	c.broken.Store(&broken)
}

// planBetween is a short plan, as Pulumi words it: a line for each resource that
// was added, changed or removed, components left out.
func planBetween(before, after *stack.Graph) []string {
	old := map[string]*stack.Resource{}
	for _, r := range before.Resources {
		old[r.URN] = r
	}
	var lines []string
	for _, r := range after.Resources {
		was, existed := old[r.URN]
		delete(old, r.URN)
		switch {
		case r.Component:
		case !existed:
			lines = append(lines, "+ "+kindAndName(r))
		case !reflect.DeepEqual(was.Inputs, r.Inputs):
			lines = append(lines, "~ "+kindAndName(r))
		}
	}
	for _, r := range old {
		if !r.Component {
			lines = append(lines, "- "+kindAndName(r))
		}
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[2:]+a[:1], b[2:]+b[:1]) })
	return lines
}

func kindAndName(r *stack.Resource) string {
	return r.Type[strings.LastIndex(r.Type, ":")+1:] + " " + ownName(r.Name)
}
