// Package link keeps one connection to the broker: it reconnects when the connection ends or
// does not answer, and never blocks a publisher.
package link

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/live/mqtt"
)

const (
	dialTimeout    = 10 * time.Second
	publishTimeout = 5 * time.Second
	queueSize      = 256 // messages that wait for the connection; more are lost

	pingTimeout = 100 * time.Millisecond
	// pingFrozen: no ping takes longer, unless the environment was frozen meanwhile.
	pingFrozen = 10 * pingTimeout

	// IoT Core allows one connect a second for each client ID. Each connection of a Link has
	// its own ID.
	// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
	firstWait = 50 * time.Millisecond
	lastWait  = 5 * time.Second
)

// Config configures a Link. The callbacks are called one at a time, and must not block.
type Config struct {
	// Dial returns the configuration of the next connection, with a client ID of its
	// own; OnMessage is set by the Link.
	Dial      func() mqtt.Config
	Filters   []string           // subscribed on each connection
	OnMessage func(mqtt.Message) // of the current connection only
	OnUp      func()             // connected and subscribed
	OnDown    func(error)        // the connection has ended, or could not be made
	Now       func() time.Time
}

// Link is a connection that is reestablished when it ends. Its methods may be called
// concurrently.
type Link struct {
	cfg  Config
	kick chan struct{} // dial now
	done chan struct{} // closed when the Link has ended
	stop context.CancelFunc

	events sync.Mutex // held during a callback

	mu      sync.Mutex
	current *connection // nil: not connected
	probing bool
}

// connection is one connection of a Link.
type connection struct {
	conn     *mqtt.Conn
	queue    chan item
	lifetime context.Context         // its cause is why the connection has ended
	drop     context.CancelCauseFunc // ends it
	answered time.Time               // when the latest request was sent that the broker has answered
}

// item is a message that waits for the connection.
type item struct {
	message mqtt.Message
	done    chan<- error // has room for one; nil: nobody waits
}

// Start connects in the background, until Close is called.
func Start(cfg Config) *Link {
	ctx, stop := context.WithCancel(context.Background())
	l := &Link{cfg: cfg, stop: stop, kick: make(chan struct{}, 1), done: make(chan struct{})}
	go l.run(ctx)
	return l
}

func (l *Link) run(ctx context.Context) {
	defer close(l.done)
	var waits backoff
	for ctx.Err() == nil {
		lasted, err := l.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		l.events.Lock()
		l.cfg.OnDown(err)
		l.events.Unlock()
		wait := waits.next(lasted)
		select {
		case <-ctx.Done():
		case <-l.kick:
		case <-time.After(wait/2 + rand.N(wait/2)):
		}
	}
}

// backoff is the latest wait between two connections.
type backoff time.Duration

// next returns how long to wait after a connection of the given duration. The waits grow
// until a connection has lasted: a broker may accept each one and end it immediately.
func (b *backoff) next(lasted time.Duration) time.Duration {
	wait := min(2*time.Duration(*b), lastWait)
	if *b == 0 || lasted > lastWait {
		wait = firstWait
	}
	*b = backoff(wait)
	return wait
}

// connect makes a connection and returns when it has ended, with its duration and the reason.
func (l *Link) connect(ctx context.Context) (lasted time.Duration, err error) {
	lifetime, drop := context.WithCancelCause(ctx)
	defer func() { drop(err) }()
	c := &connection{queue: make(chan item, queueSize), lifetime: lifetime, drop: drop}
	cfg := l.cfg.Dial()
	cfg.OnMessage = func(m mqtt.Message) {
		l.events.Lock()
		defer l.events.Unlock()
		if lifetime.Err() == nil {
			l.cfg.OnMessage(m)
		}
	}
	dialing, cancel := context.WithTimeout(lifetime, dialTimeout)
	defer cancel()
	if c.conn, err = mqtt.Dial(dialing, cfg); err != nil {
		return 0, err
	}
	defer c.close(ctx)
	c.answered = l.cfg.Now()
	if err := c.conn.Subscribe(dialing, l.cfg.Filters...); err != nil {
		return 0, err
	}
	l.set(c)
	defer l.set(nil)
	go c.write()
	began := l.cfg.Now()
	l.events.Lock()
	l.cfg.OnUp()
	l.events.Unlock()
	select {
	case <-c.conn.Done():
		return l.since(began), c.conn.Err()
	case <-lifetime.Done():
		return l.since(began), context.Cause(lifetime)
	}
}

// close ends a connection. It waits only when the Link ends, too: a dead connection must not
// delay the next.
func (c *connection) close(ctx context.Context) {
	if ctx.Err() == nil {
		go c.conn.Close()
		return
	}
	c.conn.Close()
}

func (l *Link) set(c *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current = c
}

// write publishes queued messages for the life of the connection.
func (c *connection) write() {
	for {
		select {
		case <-c.lifetime.Done():
			return
		case i := <-c.queue:
			publishing, cancel := context.WithTimeout(c.lifetime, publishTimeout)
			err := c.conn.Publish(publishing, i.message)
			cancel()
			if i.done != nil {
				i.done <- err
			}
			if err != nil {
				c.drop(err)
				return
			}
		}
	}
}

// Send publishes m, in order. m is lost if there is no connection or the queue is full.
func (l *Link) Send(m mqtt.Message) { l.send(item{message: m}) }

// Publish publishes m, in order, and waits until it is sent or the connection has ended.
func (l *Link) Publish(ctx context.Context, m mqtt.Message) error {
	done := make(chan error, 1)
	c := l.send(item{m, done})
	if c == nil {
		return errors.New("not connected")
	}
	select {
	case err := <-done:
		return err
	case <-c.lifetime.Done():
		return context.Cause(c.lifetime)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// send queues i, and returns its connection, or nil if i is lost.
func (l *Link) send(i item) *connection {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current == nil {
		return nil
	}
	select {
	case l.current.queue <- i:
		return l.current
	default:
		return nil
	}
}

// Answered reports whether the broker has answered a request sent at or after a time.
func (l *Link) Answered(since time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.current != nil && l.current.answeredSince(since)
}

// answeredSince compares both clocks: the monotonic clock may stand still in a frozen
// environment, and the wall clock may be set.
func (c *connection) answeredSince(since time.Time) bool {
	return !c.answered.Before(since) && !c.answered.Round(0).Before(since.Round(0))
}

// Probe checks in the background whether a connection without an answer since a time is
// alive. If it does not answer now, it is replaced immediately, and OnUp is called. If it
// does, then is called.
func (l *Link) Probe(then func(), since time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch c := l.current; {
	case c == nil:
		l.dialNow()
	case !l.probing && !c.answeredSince(since):
		l.probing = true
		go l.probe(c, then)
	}
}

func (l *Link) probe(c *connection, then func()) {
	asked, err := l.ping(c.conn.Ping)
	l.mu.Lock()
	l.probing = false
	if err == nil {
		c.answered = asked
	}
	l.mu.Unlock()
	if err == nil {
		then()
		return
	}
	c.drop(fmt.Errorf("a ping was not answered: %w", err))
	l.dialNow()
}

// ping pings the broker, and returns when the ping was sent. It pings again if the
// environment was frozen meanwhile, which makes the result meaningless.
func (l *Link) ping(ask func(context.Context) error) (asked time.Time, err error) {
	for {
		asked = l.cfg.Now()
		ctx, cancel := context.WithTimeout(context.Background(), pingTimeout)
		err = ask(ctx)
		cancel()
		if l.since(asked) < pingFrozen {
			return asked, err
		}
	}
}

// since returns how long ago t was by the wall clock: the monotonic clock may stand still in
// a frozen environment.
func (l *Link) since(t time.Time) time.Duration { return l.cfg.Now().Round(0).Sub(t) }

func (l *Link) dialNow() {
	select {
	case l.kick <- struct{}{}:
	default:
	}
}

// Close ends the connection, cleanly, and waits for that.
func (l *Link) Close() {
	l.stop()
	<-l.done
}

// Cause is what an error of OnDown has in common with others of the same cause, which name
// client IDs and ports: the text of the innermost error.
func Cause(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
