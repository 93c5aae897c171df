package standin

import (
	"context"
	"sync"
	"time"
)

// A Message is a published message or a will.
type Message struct {
	From    string // client ID
	Topic   string
	Payload []byte
	Retain  bool
	QoS     byte
	Will    bool

	// Fate is how the message was treated; not set when OnPublish is called.
	Fate Fate
}

// A Fate is how a message is treated.
type Fate struct {
	copies int
	delay  time.Duration
	hold   bool
}

// The fates of a message. A publisher at QoS 1 gets its PUBACK in any case.
var (
	Deliver = Fate{copies: 1}
	Drop    = Fate{}
	Twice   = Fate{copies: 2}
	Hold    = Fate{copies: 1, hold: true} // until Release
)

// Delay delivers a message later, after those that arrive in the meantime.
func Delay(by time.Duration) Fate { return Fate{copies: 1, delay: by} }

// A Refusal is a client's request that was not allowed.
type Refusal struct {
	AccessKeyID string // empty if the signature has none
	ClientID    string // empty before CONNECT
	What        string // such as "iot:Publish arn:…", or a limit
	Reason      string
}

// log records what happened.
type log struct {
	mu        sync.Mutex
	published []Message
	refused   []Refusal
	held      []Message
	changed   chan struct{} // closed and replaced when anything happens
}

func newLog() *log { return &log{changed: make(chan struct{})} }

func (l *log) update(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
	close(l.changed)
	l.changed = make(chan struct{})
}

// Published returns all published messages in order, whatever their fate.
func (b *Broker) Published() []Message {
	b.log.mu.Lock()
	defer b.log.mu.Unlock()
	return append([]Message(nil), b.log.published...)
}

// Messages returns how many messages were published.
func (b *Broker) Messages() int { return len(b.Published()) }

// Refused returns the requests that were refused.
func (b *Broker) Refused() []Refusal {
	b.log.mu.Lock()
	defer b.log.mu.Unlock()
	return append([]Refusal(nil), b.log.refused...)
}

// Held returns the held messages in the order of publication.
func (b *Broker) Held() []Message {
	b.log.mu.Lock()
	defer b.log.mu.Unlock()
	return append([]Message(nil), b.log.held...)
}

// Release delivers held messages in the order of the given indexes into Held, and keeps the
// others. Without an index it delivers all, in the order of publication.
func (b *Broker) Release(indexes ...int) {
	var released []Message
	b.log.update(func() {
		if len(indexes) == 0 {
			released, b.log.held = b.log.held, nil
			return
		}
		taken := map[int]bool{}
		for _, i := range indexes {
			released = append(released, b.log.held[i])
			taken[i] = true
		}
		var rest []Message
		for i, m := range b.log.held {
			if !taken[i] {
				rest = append(rest, m)
			}
		}
		b.log.held = rest
	})
	for _, m := range released {
		b.inject(m)
	}
}

// Wait waits until a condition of the broker holds: on its connected clients, or on its
// published, held, refused or retained messages. It is evaluated whenever one of these
// changes.
func (b *Broker) Wait(ctx context.Context, condition func() bool) error {
	for {
		b.log.mu.Lock()
		changed := b.log.changed
		b.log.mu.Unlock()
		if condition() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// WaitClient waits until a client is connected, or is not.
func (b *Broker) WaitClient(ctx context.Context, clientID string, connected bool) error {
	return b.Wait(ctx, func() bool {
		_, err := b.find(clientID)
		return (err == nil) == connected
	})
}
