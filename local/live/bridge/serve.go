package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"api-auth-jwt-auth0/local/live/wire"
)

const (
	keptCalls = 4 // that a session may still ask about

	// probeInterval is how long after an answer of the broker an invocation does not probe the
	// connection again in the background.
	probeInterval = time.Second
)

// mayTake reports whether a developer may be meant by an event, of which the beginning has been
// read: one is present or named.
func (l *liveClient) mayTake(inv invocation) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.link == nil {
		return false
	}
	l.link.Probe(l.alive, inv.began.Add(-probeInterval))
	return len(l.present) > 0 || wire.NamesDeveloper(inv.event)
}

// take lets a developer answer an invocation, and posts the answer. It reports false if the
// deployed code must answer.
func (l *liveClient) take(ctx context.Context, inv invocation, post func(ctx context.Context, id, errorType string, body []byte) error) bool {
	session, request, waited, ok := l.choose(ctx, inv)
	if !ok {
		return false
	}
	outcome := l.offer(inv, session, request, waited)
	var err error
	switch a := outcome.Answer; {
	case outcome.Kind == wire.Deployed:
		l.log.Printf("RequestId: %s is answered by the deployed code instead of %s: %s", inv.id, session.Name, outcome.Reason)
		return false
	case outcome.Kind == wire.TimedOut:
		l.log.Printf("RequestId: %s was claimed by %s and fails: %s", inv.id, session.Name, outcome.Reason)
		err = post(ctx, inv.id, "Sandbox.Timedout", timeoutBody(inv))
	case a.Failed:
		err = post(ctx, inv.id, a.ErrorType, a.Body)
	default:
		err = post(ctx, inv.id, "", a.Body)
	}
	if err != nil {
		l.log.Printf("RequestId: %s: Lambda refused the answer of %s: %v", inv.id, session.Name, err)
	}
	return true
}

// choose returns the session to offer an invocation to. It waits only if the request names a
// developer who may be present but not known yet.
func (l *liveClient) choose(ctx context.Context, inv invocation) (session wire.Presence, request wire.Request, waited time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	request = wire.ReadRequest(inv.event)
	for begun := time.Now(); ; waited = time.Since(begun) {
		session, ok = wire.Choose(l.presences(), request, l.cfg.handler)
		switch {
		case ok, !wire.ValidName(request.Developer), waited >= wire.ClaimBudget, ctx.Err() != nil:
			return session, request, waited, ok
		case l.current(inv.began):
			l.askAgain()
			return session, request, waited, false
		}
		l.link.Probe(l.alive, inv.began)
		l.wait(ctx, begun.Add(wire.ClaimBudget))
	}
}

// offer offers an invocation to a session and waits for its outcome. The time waited so far
// counts toward the claim's budget.
func (l *liveClient) offer(inv invocation, session wire.Presence, request wire.Request, waited time.Duration) wire.Outcome {
	offered := time.Now()
	call := wire.NewCall(wire.CallConfig{
		Began: offered.Add(-waited), Deadline: inv.deadline, Idempotent: request.Idempotent(), Session: session,
		Offer: wire.Offer{RequestID: inv.id, Function: l.cfg.function, Handler: l.cfg.handler, Bridge: l.bridge, Size: len(inv.event)},
	})
	go l.provide(call, l.run(inv, session))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls[max(0, len(l.calls)-keptCalls+1):], call)
	for {
		wake := l.flush(call)
		outcome := call.Outcome()
		if outcome.Kind != wire.Pending {
			l.finish(call, outcome)
			return outcome
		}
		l.wait(context.Background(), wake)
	}
}

// provide packs what a call sends once it is claimed. It runs during the offer.
func (l *liveClient) provide(call *wire.Call, run wire.Run) {
	packed, err := run.Pack()
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil { // the session receives nothing, and the deployed code answers
		l.log.Print(err)
		return
	}
	call.Provide(packed)
	l.signal()
}

// finish removes a session that did not claim. If it is there, it answers the hello.
func (l *liveClient) finish(call *wire.Call, outcome wire.Outcome) {
	call.Release()
	if s := call.Session; outcome.Kind == wire.Deployed && l.present[s.Name].Session == s.Session {
		delete(l.present, s.Name)
		l.ask(s.Session, func() bool { return l.present[s.Name].Session == "" })
	}
}

// wait waits for a change, or until a time; zero means no limit. l.mu must be held, and is
// released while it waits.
func (l *liveClient) wait(ctx context.Context, until time.Time) {
	changed := l.changed
	l.mu.Unlock()
	defer l.mu.Lock()
	if !until.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(until))
		defer cancel()
	}
	select {
	case <-changed:
	case <-ctx.Done():
	}
}

func (l *liveClient) run(inv invocation, session wire.Presence) wire.Run {
	run := wire.Run{Event: inv.event, Environment: l.cfg.functionVariables()}
	if c := l.cfg.credentials; session.Credentials {
		run.Credentials = &wire.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
	}
	return run
}

// timeoutBody returns Lambda's error for a function that timed out. Its limit is the time
// that was left at the beginning, in whole seconds.
func timeoutBody(inv invocation) []byte {
	limit := math.Ceil(inv.deadline.Sub(inv.began).Seconds())
	body, err := json.Marshal(struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{"Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.id, limit)})
	if err != nil {
		panic(err) // cannot happen: two strings
	}
	return body
}
