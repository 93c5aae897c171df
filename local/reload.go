package main

import (
	"context"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/watch"
)

// Watch serves what is saved, until ctx ends: handlers and the site are built
// anew, and a program whose sources or settings have changed is run again. What
// cannot be built or run leaves everything else as it was, and says so.
func (c *Cloud) Watch(ctx context.Context) error {
	watcher, err := watch.New(watch.Config{
		Root:    c.cfg.Root,
		Folders: []string{"infra", "lambdas", "web"},
		Skip:    []string{"node_modules", "dist", "testdata", "test", ".git"},
		Saved:   func(file string) { c.hold(sourceOf(file)) },
	})
	if err != nil {
		return fmt.Errorf("watching the project's files: %w", err)
	}
	defer watcher.Close()
	for {
		select {
		case <-ctx.Done():
			return nil
		case change, open := <-watcher.Changes():
			if !open {
				return nil
			}
			c.Reload(ctx, change)
		}
	}
}

// A source is what a file belongs to.
type source struct {
	kind    sourceKind
	handler string // of a handler's own file
}

type sourceKind int

const (
	otherSource   sourceKind = iota // without an effect on what runs
	handlerSource                   // of one handler, or of all without a name
	programSource
	settingsSource
	siteSource
)

// sourceOf tells what a file, by its slash-separated path below the root,
// belongs to.
func sourceOf(file string) source {
	folder, rest, nested := strings.Cut(file, "/")
	switch {
	case strings.HasSuffix(file, "_test.go"):
	case file == "go.mod" || file == "go.sum":
		return source{kind: handlerSource}
	case folder == "lambdas" && nested:
		if handler, _, own := strings.Cut(rest, "/"); own {
			return source{handlerSource, handler}
		}
		return source{kind: handlerSource}
	case folder == "infra" && nested:
		return source{kind: programSource}
	case folder == "web" && nested:
		return source{kind: siteSource}
	case !nested && strings.HasPrefix(file, "Pulumi.") && path.Ext(file) == ".yaml":
		return source{kind: settingsSource}
	}
	return source{}
}

// hold holds back the invocations of a handler that was saved.
func (c *Cloud) hold(s source) {
	if s.kind == handlerSource {
		c.pause.begin(s.handler)
	}
}

// Reload serves what has changed in these files.
func (c *Cloud) Reload(ctx context.Context, change watch.Change) {
	mark := c.pause.mark()
	defer c.pause.end(mark)
	if change.Err != nil {
		c.cfg.Terminal.problem(fmt.Errorf("some changes may have been missed: %w", change.Err))
	}
	var changed []string
	for _, file := range change.Files {
		kind := sourceOf(file).kind
		if kind == otherSource || kind == siteSource && c.cfg.Hot { // which Vite shows by itself
			continue
		}
		c.anew = c.anew || kind == programSource
		changed = append(changed, file)
	}
	if len(changed) == 0 {
		return
	}
	steps, err := c.redeploy(ctx)
	switch failed, all := artifact.HandlerErrors(err); {
	case ctx.Err() != nil:
	case all:
		c.breakHandlers(failed)
		c.cfg.Terminal.problem(err)
	case err != nil:
		c.cfg.Terminal.problem(err)
	default:
		c.cfg.Terminal.reloaded(changed, steps, change.At)
	}
}

// redeploy runs the program, compiled anew where its sources have changed, and
// serves what it describes now. It returns what has changed in that.
func (c *Cloud) redeploy(ctx context.Context) ([]string, error) {
	run := stack.Deploy
	if c.anew {
		run = stack.DeployAnew
	}
	graph, err := c.describe(ctx, run)
	if err != nil {
		return nil, err
	}
	before := c.graph
	if err := c.apply(ctx, graph); err != nil {
		return nil, err
	}
	return planBetween(before, graph), nil
}

// breakHandlers has each handler that does not build fail its requests: the
// code before must not go on answering as if it were the one that was saved.
func (c *Cloud) breakHandlers(failed []*artifact.HandlerError) {
	broken := map[string]*artifact.HandlerError{}
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
	return r.Type[strings.LastIndex(r.Type, ":")+1:] + " " + r.Name
}
