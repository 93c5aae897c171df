package mqtt

import (
	"context"
	"sync"
	"time"

	"github.com/eclipse/paho.golang/packets"
)

// pongTimeout is how long the broker may be silent after a ping.
const pongTimeout = 10 * time.Second

// LastHeard returns when bytes were last read from the broker. The time has a wall clock
// reading and, if Config.Now provides one, a monotonic clock reading.
func (c *Conn) LastHeard() time.Time { return *c.heard.Load() }

// Silence returns how long nothing was read from the broker, by the clock that shows the
// longer time: the monotonic clock may stand still while a virtual machine is paused, and the
// wall clock may be set back.
func (c *Conn) Silence() time.Duration {
	now, heard := c.config.Now(), c.LastHeard()
	return max(now.Sub(heard), now.Round(0).Sub(heard.Round(0)))
}

func (c *Conn) markHeard() {
	now := c.config.Now()
	c.heard.Store(&now)
}

// Ping sends a ping and waits for the answer. Only an answer proves that the connection is
// alive: the bytes that LastHeard counts may have waited in this machine's buffers.
func (c *Conn) Ping(ctx context.Context) error {
	answered, err := c.ping(ctx)
	if err != nil {
		return err
	}
	select {
	case <-answered:
		return nil
	case <-ctx.Done():
		return c.cause(ctx.Err())
	case <-c.life.Done():
		return context.Cause(c.life)
	}
}

// ping writes a ping, and returns a channel that is closed when it is answered.
func (c *Conn) ping(ctx context.Context) (answered <-chan struct{}, err error) {
	err = c.write(ctx, &packets.Pingreq{}, func() { answered = c.pings.expect() })
	return answered, err
}

// keepAlive pings until the connection ends, and ends it when the broker is silent.
func (c *Conn) keepAlive(interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-c.life.Done():
			return
		}
		answered, err := c.ping(c.life)
		if err != nil || !c.waitForPong(answered, min(interval, pongTimeout)) {
			c.fail(errSilent)
			return
		}
	}
}

// waitForPong reports whether a ping is answered before the broker is silent for a time. Data
// sent ahead of the answer may take longer.
func (c *Conn) waitForPong(answered <-chan struct{}, silence time.Duration) bool {
	timer := time.NewTimer(silence)
	defer timer.Stop()
	for heard := c.heard.Load(); ; {
		select {
		case <-answered:
			return true
		case <-c.life.Done():
			return true
		case <-timer.C:
		}
		latest := c.heard.Load()
		if latest == heard {
			return false
		}
		heard = latest
		timer.Reset(silence)
	}
}

// pings are the unanswered pings, oldest first: answers arrive in the order of the pings.
type pings struct {
	mu      sync.Mutex
	waiting []chan struct{}
}

func (p *pings) expect() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	answered := make(chan struct{})
	p.waiting = append(p.waiting, answered)
	return answered
}

func (p *pings) answer() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) > 0 {
		close(p.waiting[0])
		p.waiting = p.waiting[1:]
	}
}
