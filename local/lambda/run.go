package lambda

import (
	"context"
	"time"
)

// Run records the timing of one invocation.
type Run struct {
	Function  string        // as passed to Invoke
	RequestID string        // as in the lines of its log
	Queued    time.Time     // when Invoke had it
	Started   time.Time     // when a process got it; zero if none did
	Init      time.Duration // how long that process took to be ready, on a cold start; 0 on a warm one
}

// Cold reports whether this is the first invocation of its process. The process may have been
// started for an earlier one in the queue.
func (r Run) Cold() bool { return r.Init > 0 }

// onQueued reports an invocation that was given to its function.
func (s *Service) onQueued(ctx context.Context, function string, inv *invocation) {
	if s.options.OnQueued != nil {
		s.options.OnQueued(ctx, Run{Function: function, RequestID: inv.id, Queued: inv.queued})
	}
}

// onDone reports an invocation that has its result.
func (s *Service) onDone(ctx context.Context, function string, inv *invocation) {
	if s.options.OnDone == nil {
		return
	}
	s.options.OnDone(ctx, Run{Function: function, RequestID: inv.id, Queued: inv.queued, Started: inv.started, Init: inv.init})
}
