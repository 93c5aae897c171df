package serving

import (
	"time"

	"api-auth-jwt-auth0/local/live"
)

// The time of the first notice about a held invocation, and the least time between notices.
const (
	firstNotice  = 2 * time.Second
	leastBetween = time.Second
)

// noticesAt returns when to report how much of an invocation's time is left: soon, then each
// time that half of the rest has passed, and at the end.
func noticesAt(limit time.Duration) (times []time.Duration) {
	for at := firstNotice; limit-at >= leastBetween; at += max((limit-at)/2, leastBetween) {
		times = append(times, at)
	}
	return append(times, limit)
}

// watch calls OnDebugged while a debugged invocation runs, until stop is called.
func (s *Server) watch(inv live.Invocation) (stop func()) {
	s.mu.Lock()
	debugged := s.built[inv.Handler].Debugger != nil
	s.mu.Unlock()
	if !debugged {
		return func() {}
	}
	done, start := make(chan struct{}), time.Now()
	limit := inv.Deadline.Sub(start)
	go func() {
		for _, at := range noticesAt(limit) {
			select {
			case <-done:
				return
			case <-time.After(time.Until(start.Add(at))):
				s.options.OnDebugged(Debugged{Handler: inv.Handler, RequestID: requestID(inv), Left: limit - at, Of: limit})
			}
		}
	}()
	return func() { close(done) }
}
