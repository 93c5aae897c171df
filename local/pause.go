package main

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// A pause holds invocations back from the moment in which their handler's code
// is seen to be saved until the new code is there, so that a request that comes
// after that is not answered by the code before it.
type pause struct {
	mu       sync.Mutex
	saves    int             // so many so far
	paths    map[string]bool // handlers that were saved; "" stands for all
	unserved map[string]bool // those that were saved since what is served was built
	done     chan struct{}   // nil while nothing is held back
}

// begin holds back the invocations of a handler, or of all for "".
func (p *pause) begin(handler string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.saves++
	if p.done == nil {
		p.done, p.paths = make(chan struct{}), map[string]bool{}
	}
	p.paths[handler] = true
	if p.unserved == nil {
		p.unserved = map[string]bool{}
	}
	p.unserved[handler] = true
}

// served says that all that was saved before mark is served now.
func (p *pause) served(mark int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.saves == mark {
		p.unserved = nil
	}
}

// waiting are the handlers that were saved and are not served yet; "" stands for
// all.
func (p *pause) waiting() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.unserved))
}

// mark is a moment: what is saved after it is not released by end.
func (p *pause) mark() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.saves
}

// end lets all go that were held back, unless something was saved since mark.
func (p *pause) end(mark int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done != nil && p.saves == mark {
		close(p.done)
		p.done = nil
	}
}

// holds is closed once a handler's invocations are let go; nil: they are not
// held back.
func (p *pause) holds(handler string) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paths[handler] || p.paths[""] {
		return p.done
	}
	return nil
}

// wait returns once a handler's invocations are let go. The error is ctx's.
func (p *pause) wait(ctx context.Context, handler string) error {
	done := p.holds(handler)
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
