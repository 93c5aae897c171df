package lambda

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// state is where a process stands in the conversation of the Runtime API.
type state int

const (
	starting state = iota // has not asked for an event yet
	idle                  // asks for an event, and there is none
	running               // has an event to answer
	answered              // has answered and may ask for the next
	ended                 // gets no event any more
)

// The names are those of the Runtime API's own messages.
var stateNames = [...]string{"Started", "Ready", "Running", "ResponseSent", "Exited"}

func (s state) String() string { return stateNames[s] }

// errRequestID and transitionError answer a process that speaks out of turn:
// with an id that is not the current one, or in a state that does not allow it.
var errRequestID = errors.New("invalid request id")

type transitionError struct{ from, to state }

func (e transitionError) Error() string {
	return fmt.Sprintf("Transition from %v to %v is not allowed for runtime", e.from, e.to)
}

// next ends the invocation before and waits for one to run. An error means
// that the process is in no state to ask, or has gone.
func (p *process) next(ctx context.Context) (*invocation, error) {
	<-p.launched
	p.log.drain()
	l := p.pool
	l.mu.Lock()
	if p.state != starting && p.state != answered {
		defer l.mu.Unlock()
		return nil, transitionError{p.state, idle}
	}
	if p.state == starting {
		l.starting--
		p.init = time.Since(p.startedAt)
		p.endInit()
	}
	done := p.inv
	if p.inv = nil; done != nil {
		done.timer.Stop()
	}
	inv := l.take(p)
	if inv == nil {
		l.rest(p)
	}
	l.mu.Unlock()
	if done != nil {
		p.report(done, "")
	}
	if inv == nil {
		if inv = p.await(ctx); inv == nil {
			return nil, ctx.Err()
		}
	}
	p.log.running(inv.id)
	p.emit(Line{Kind: Start, RequestID: inv.id, Text: "START RequestId: " + inv.id + " Version: " + l.function.Version})
	return inv, nil
}

// await waits until the pool hands over an invocation or the connection ends.
// An invocation that is handed over in just that moment goes back.
func (p *process) await(ctx context.Context) *invocation {
	select {
	case inv := <-p.handed:
		return inv
	case <-ctx.Done():
	}
	l := p.pool
	l.mu.Lock()
	defer l.mu.Unlock()
	switch p.state {
	case idle: // it may connect and ask again
		l.rouse(p)
		p.state = answered
	case running:
		inv := <-p.handed
		inv.timer.Stop()
		p.inv, p.state = nil, answered
		l.place(inv)
	}
	return nil
}

// answers says whether the process may answer the invocation id now.
func (p *process) answers(id string) error {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	return p.mayAnswer(id)
}

func (p *process) mayAnswer(id string) error {
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
	if err := p.mayAnswer(id); err != nil {
		return err
	}
	p.state, p.replied = answered, true
	p.inv.result <- r
	return nil
}

// failInit delivers the error that the runtime reports instead of asking for
// its first event. The process is expected to exit.
func (p *process) failInit(fault *FunctionError) error {
	l := p.pool
	l.mu.Lock()
	if p.state != starting || p.reported {
		defer l.mu.Unlock()
		return transitionError{p.state, ended}
	}
	p.reported = true
	l.mu.Unlock()
	p.log.drain()
	l.failOldest(func(string) *FunctionError { return fault })
	return nil
}
