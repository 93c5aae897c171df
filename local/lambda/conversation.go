package lambda

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// state is the state of a process in the Runtime API's protocol.
type state int

const (
	starting state = iota // has not asked for an event yet
	idle                  // asks for an event, and there is none
	running               // has an event to answer
	answered              // has answered and may ask for the next
	ended                 // gets no more events
)

// The names are those of the Runtime API's own messages.
var stateNames = [...]string{"Started", "Ready", "Running", "ResponseSent", "Exited"}

func (s state) String() string { return stateNames[s] }

// errRequestID and transitionError answer a process that breaks the protocol: with an ID that
// is not the current one, or in a state that does not allow it.
var errRequestID = errors.New("invalid request id")

type transitionError struct{ from, to state }

func (e transitionError) Error() string {
	return fmt.Sprintf("Transition from %v to %v is not allowed for runtime", e.from, e.to)
}

// next ends the previous invocation and waits for one to run. An error means that the process
// may not ask in its state, or has gone.
func (p *process) next(ctx context.Context) (*invocation, error) {
	<-p.launched
	p.log.drain()
	pool := p.pool
	pool.mu.Lock()
	if p.state != starting && p.state != answered {
		defer pool.mu.Unlock()
		return nil, transitionError{p.state, idle}
	}
	if p.state == starting {
		pool.starting--
		p.init = time.Since(p.startedAt)
		p.endInit()
	}
	done := p.inv
	if p.inv = nil; done != nil {
		done.timer.Stop()
	}
	inv := pool.take(p)
	if inv == nil {
		pool.addIdle(p)
	}
	pool.mu.Unlock()
	if done != nil {
		p.report(done, "")
	}
	if inv == nil {
		if inv = p.await(ctx); inv == nil {
			return nil, ctx.Err()
		}
	}
	p.log.running(inv.id)
	p.emit(Line{Kind: Start, RequestID: inv.id, Text: "START RequestId: " + inv.id + " Version: " + pool.function.Version})
	return inv, nil
}

// await waits until the pool hands over an invocation or the connection ends. An invocation
// that is handed over at that moment is returned.
func (p *process) await(ctx context.Context) *invocation {
	select {
	case inv := <-p.handed:
		return inv
	case <-ctx.Done():
	}
	pool := p.pool
	pool.mu.Lock()
	defer pool.mu.Unlock()
	switch p.state {
	case idle: // it may connect and ask again
		pool.removeIdle(p)
		p.state = answered
	case running:
		inv := <-p.handed
		inv.timer.Stop()
		p.inv, p.state = nil, answered
		pool.dispatch(inv)
	}
	return nil
}

// checkAnswer returns why the process may not answer the invocation id now, or nil if it may.
func (p *process) checkAnswer(id string) error {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	return p.checkAnswerLocked(id)
}

func (p *process) checkAnswerLocked(id string) error {
	switch {
	case p.inv == nil || p.inv.id != id:
		return errRequestID
	case p.state != running:
		return transitionError{p.state, answered}
	}
	return nil
}

// answer delivers the result of the running invocation to its caller.
func (p *process) answer(id string, r result) error {
	p.log.drain()
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	if err := p.checkAnswerLocked(id); err != nil {
		return err
	}
	p.state, p.replied = answered, true
	p.inv.result <- r
	return nil
}

// failInit delivers the error that the runtime reports instead of asking for
// its first event. The process is expected to exit.
func (p *process) failInit(fault *FunctionError) error {
	pool := p.pool
	pool.mu.Lock()
	if p.state != starting || p.reported {
		defer pool.mu.Unlock()
		return transitionError{p.state, ended}
	}
	p.reported = true
	pool.mu.Unlock()
	p.log.drain()
	pool.failOldest(func(string) *FunctionError { return fault })
	return nil
}
