// Package link keeps one connection to the broker: it dials again when the connection
// ends or does not answer, and never makes a publisher wait.
package link

import (
	"context"
	"errors"
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

	// IoT Core allows one connect a second for each client ID; those of a Link differ.
	// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
	firstWait = 50 * time.Millisecond
	lastWait  = 5 * time.Second
)

// Config is what a Link needs. The callbacks are called one at a time, and must not
// block.
type Config struct {
	// Dial returns the configuration of the next connection, with a client ID of its
	// own; OnMessage is set by the Link.
	Dial      func() mqtt.Config
	Filters   []string           // subscribed on each connection
	OnMessage func(mqtt.Message) // of the current connection alone
	OnUp      func()             // connected and subscribed
	OnDown    func(error)        // the connection has ended, or could not be made
	Now       func() time.Time
}

// Link is a connection that comes back. Its methods may be called concurrently.
type Link struct {
	cfg  Config
	kick chan struct{} // dial now
	done chan struct{} // closed when the Link has ended
	stop context.CancelFunc

	events sync.Mutex // held during a callback

	mu      sync.Mutex
	current *line // nil: not connected
	probing bool
}

// line is one connection.
type line struct {
	conn     *mqtt.Conn
	queue    chan item
	drop     context.CancelCauseFunc // ends it
	answered time.Time               // when the broker answered last, for certain
}

// item is a message that waits for the connection.
type item struct {
	message mqtt.Message
	done    chan<- error // has room for one; nil: nobody waits
}

// Start connects in the background, for as long as Close is not called.
func Start(cfg Config) *Link {
	ctx, stop := context.WithCancel(context.Background())
	l := &Link{cfg: cfg, stop: stop, kick: make(chan struct{}, 1), done: make(chan struct{})}
	go l.run(ctx)
	return l
}

func (l *Link) run(ctx context.Context) {
	defer close(l.done)
	wait := firstWait
	for ctx.Err() == nil {
		connected, err := l.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		l.events.Lock()
		l.cfg.OnDown(err)
		l.events.Unlock()
		if connected {
			wait = firstWait
		}
		select {
		case <-ctx.Done():
		case <-l.kick:
		case <-time.After(wait/2 + rand.N(wait/2)):
		}
		wait = min(2*wait, lastWait)
	}
}

// connect makes a connection and returns when it has ended, and why.
func (l *Link) connect(ctx context.Context) (connected bool, err error) {
	lifetime, drop := context.WithCancelCause(ctx)
	defer drop(nil)
	n := &line{queue: make(chan item, queueSize), drop: drop}
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
	if n.conn, err = mqtt.Dial(dialing, cfg); err != nil {
		return false, err
	}
	defer n.close(ctx)
	if err := n.conn.Subscribe(dialing, l.cfg.Filters...); err != nil {
		return false, err
	}
	n.answered = l.cfg.Now()
	l.set(n)
	defer l.set(nil)
	go n.write(lifetime)
	l.events.Lock()
	l.cfg.OnUp()
	l.events.Unlock()
	select {
	case <-n.conn.Done():
		return true, n.conn.Err()
	case <-lifetime.Done():
		return true, context.Cause(lifetime)
	}
}

// close ends a connection, and waits for that only when the Link ends, too: one that is
// dead must not delay the next.
func (n *line) close(ctx context.Context) {
	if ctx.Err() == nil {
		go n.conn.Close()
		return
	}
	n.conn.Close()
}

func (l *Link) set(n *line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current = n
}

// write publishes what is queued.
func (n *line) write(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case i := <-n.queue:
			publishing, cancel := context.WithTimeout(ctx, publishTimeout)
			err := n.conn.Publish(publishing, i.message)
			cancel()
			if i.done != nil {
				i.done <- err
			}
			if err != nil {
				n.drop(err)
				return
			}
		}
	}
}

// Send publishes m, in order. It is lost if there is no connection, or too much waits.
func (l *Link) Send(m mqtt.Message) { l.send(item{message: m}) }

// Publish publishes m, in order, and waits until that is done.
func (l *Link) Publish(ctx context.Context, m mqtt.Message) error {
	done := make(chan error, 1)
	if !l.send(item{m, done}) {
		return errors.New("not connected")
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *Link) send(i item) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current == nil {
		return false
	}
	select {
	case l.current.queue <- i:
		return true
	default:
		return false
	}
}

// Answered reports whether the broker has answered since a time.
func (l *Link) Answered(since time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.current != nil && l.current.answeredSince(since)
}

// answeredSince compares both clocks: the one may stand still in an environment that is
// frozen, and the other be set.
func (n *line) answeredSince(since time.Time) bool {
	return !n.answered.Before(since) && !n.answered.Round(0).Before(since.Round(0))
}

// Probe finds out, in the background, whether a connection is alive that has not
// answered since a time, and replaces it at once if it does not answer now. Then OnUp is
// called; if it does answer, then is done.
func (l *Link) Probe(then func(), since time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch n := l.current; {
	case n == nil:
		l.dialNow()
	case !l.probing && !n.answeredSince(since):
		l.probing = true
		go l.probe(n, then)
	}
}

func (l *Link) probe(n *line, then func()) {
	ctx, cancel := context.WithTimeout(context.Background(), pingTimeout)
	defer cancel()
	err := n.conn.Ping(ctx)
	l.mu.Lock()
	l.probing = false
	if err == nil {
		n.answered = l.cfg.Now()
	}
	l.mu.Unlock()
	if err == nil {
		then()
		return
	}
	n.drop(err)
	l.dialNow()
}

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
