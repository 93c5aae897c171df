package serving

import (
	"time"

	"api-auth-jwt-auth0/local/live"
)

// The first notice of an invocation that is held up, and how close together those that
// follow may be.
const (
	firstNotice  = 2 * time.Second
	leastBetween = time.Second
)

// noticesAt returns after which times it is said how much of an invocation's time is left:
// soon, then each time that half of the rest is over, and at the end.
func noticesAt(limit time.Duration) (times []time.Duration) {
	for at := firstNotice; limit-at >= leastBetween; at += max((limit-at)/2, leastBetween) {
		times = append(times, at)
	}
	return append(times, limit)
}

// watch calls OnHeld while a debugged invocation goes on, until stop.
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
				s.options.OnHeld(Held{Handler: inv.Handler, RequestID: requestID(inv), Left: limit - at, Of: limit})
			}
		}
	}()
	return func() { close(done) }
}
