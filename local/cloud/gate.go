package cloud

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// A gate blocks invocations from the time a change of their handler's code is detected until
// the new code is served, so that a request that arrives after a save is not answered by the
// old code.
type gate struct {
	mu       sync.Mutex
	saves    int             // the number of saves so far
	paths    map[string]bool // handlers that were saved; "" means all
	unserved map[string]bool // those saved since the served code was built
	done     chan struct{}   // nil while the gate is open
}

// close blocks the invocations of a handler, or of all for "".
func (g *gate) close(handler string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.saves++
	if g.done == nil {
		g.done, g.paths = make(chan struct{}), map[string]bool{}
	}
	g.paths[handler] = true
	if g.unserved == nil {
		g.unserved = map[string]bool{}
	}
	g.unserved[handler] = true
}

// served records that everything saved before mark is served now.
func (g *gate) served(mark int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.saves == mark {
		g.unserved = nil
	}
}

// waiting returns the handlers that were saved and are not served yet; "" means all.
func (g *gate) waiting() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Sorted(maps.Keys(g.unserved))
}

// mark returns the current time: open(mark) does not release what is saved later.
func (g *gate) mark() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.saves
}

// open releases all blocked invocations, unless something was saved since mark.
func (g *gate) open(mark int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done != nil && g.saves == mark {
		close(g.done)
		g.done = nil
	}
}

// blocked returns a channel that is closed once a handler's invocations are released, or nil
// if they are not blocked.
func (g *gate) blocked(handler string) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.paths[handler] || g.paths[""] {
		return g.done
	}
	return nil
}

// wait returns once a handler's invocations are released. The error is ctx's.
func (g *gate) wait(ctx context.Context, handler string) error {
	done := g.blocked(handler)
	if done == nil {
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
