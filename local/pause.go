package main

import (
	"context"
	"sync"
)

// A pause holds invocations back from the moment in which their handler's code
// is saved until the new code is there, so that a request that comes after a
// save is never answered by the code before it.
type pause struct {
	mu    sync.Mutex
	saves int             // so many so far
	paths map[string]bool // handlers that were saved; "" stands for all
	done  chan struct{}   // nil while nothing is held back
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

// wait returns once a handler's invocations are let go. The error is ctx's.
func (p *pause) wait(ctx context.Context, handler string) error {
	p.mu.Lock()
	done := p.done
	held := done != nil && (p.paths[handler] || p.paths[""])
	p.mu.Unlock()
	if !held {
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
