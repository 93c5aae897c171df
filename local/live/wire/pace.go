package wire

import "time"

// A connection's quotas. Publish requests count in both directions, and those above
// the limit are discarded; bytes above theirs, 512 KB, are delayed, which would hold up
// signs of life.
// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
const (
	messagesPerSecond = 100
	bytesPerSecond    = 448 << 10
	bytesAtOnce       = 256 << 10
	// spare are the messages of a second that are left for what was begun, and for
	// those that are on their way, when new work is taken on.
	spare = 30
)

// Pace keeps the messages of one connection below IoT Core's limits. The zero Pace is
// ready to use.
type Pace struct {
	times [messagesPerSecond - 5]time.Time // of the latest messages, a ring
	next  int
	bytes float64   // sent above the rate
	since time.Time // when bytes was right
}

// Received counts a message that came in.
func (p *Pace) Received(now time.Time) { p.count(now) }

// Force counts a message that is sent whatever the pace is.
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

// Ready is when a message of size bytes may be sent: now, or a later time.
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

// Busy reports whether the connection has no room for new work.
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
