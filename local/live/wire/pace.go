package wire

import "time"

// A connection's quotas. Messages count in both directions, and IoT Core discards those above
// the limit. It delays bytes above their limit, 512 KB a second, and with them signs of life.
// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
const (
	messagesPerSecond = 100
	bytesPerSecond    = 448 << 10
	bytesAtOnce       = 128 << 10 // delays a sign of life by a quarter of a second
	// spare is how many messages of a second are reserved for work in progress and for
	// messages in transit when new work is accepted.
	spare = 30
)

// Pace keeps one connection below IoT Core's message limits. The zero Pace is ready to use.
type Pace struct {
	times [messagesPerSecond - 5]time.Time // of the latest messages, a ring
	next  int
	bytes float64   // sent above the rate
	since time.Time // when bytes was computed
}

// Received counts a received message.
func (p *Pace) Received(now time.Time) { p.count(now) }

// Force counts a message that is sent regardless of the pace.
func (p *Pace) Force(now time.Time, size int) {
	p.drain(now)
	p.bytes += float64(size)
	p.count(now)
}

// Take reports whether a message of size bytes may be sent now, and counts it.
func (p *Pace) Take(now time.Time, size int) bool {
	if p.Ready(now, size).After(now) {
		return false
	}
	p.Force(now, size)
	return true
}

// Ready returns when a message of size bytes may be sent: now, or a later time.
func (p *Pace) Ready(now time.Time, size int) time.Time {
	p.drain(now)
	ready := now
	if over := p.bytes + float64(size) - bytesAtOnce; over > 0 && p.bytes > 0 {
		ready = now.Add(time.Duration(over/bytesPerSecond*float64(time.Second)) + time.Millisecond)
	}
	if free := p.times[p.next].Add(time.Second); free.After(ready) {
		ready = free
	}
	return ready
}

// Busy reports whether the connection has no capacity for new work.
func (p *Pace) Busy(now time.Time) bool {
	return p.times[(p.next+spare)%len(p.times)].Add(time.Second).After(now)
}

func (p *Pace) count(now time.Time) {
	p.times[p.next] = now
	p.next = (p.next + 1) % len(p.times)
}

func (p *Pace) drain(now time.Time) {
	if elapsed := now.Sub(p.since).Seconds(); elapsed > 0 {
		p.bytes = max(0, p.bytes-elapsed*bytesPerSecond)
	}
	p.since = now
}
