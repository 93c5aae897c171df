package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/standin"
)

// patience is how long a test waits for something that normally happens immediately.
const patience = 30 * time.Second

const arn = "arn:aws:iot:eu-west-1:123456789012:"

// listenOnly allows everything except publishing.
const listenOnly = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Action": ["iot:Connect", "iot:Subscribe", "iot:Receive"], "Resource": "` + arn + `*"}]}`

var key = mqtt.Credentials{AccessKeyID: "ASIADEVELOPER0000001", SecretAccessKey: "secret", SessionToken: "token"}

func newBroker(t *testing.T, policies ...string) *standin.Broker {
	t.Helper()
	broker, err := standin.New(standin.Options{Keys: map[string]standin.Key{
		key.AccessKeyID: {Secret: key.SecretAccessKey, SessionToken: key.SessionToken, Policies: policies}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { broker.Close() })
	return broker
}

// peer is a link and the events it reported.
type peer struct {
	*Link
	ups      chan struct{}
	downs    chan error
	dials    chan time.Time
	messages chan mqtt.Message
}

// start starts a link that publishes a greeting on each connection.
func start(t *testing.T, broker *standin.Broker) *peer {
	t.Helper()
	p := &peer{ups: make(chan struct{}, 100), downs: make(chan error, 100), dials: make(chan time.Time, 100), messages: make(chan mqtt.Message, 100)}
	var dialed atomic.Int64
	started := make(chan struct{})
	p.Link = Start(Config{
		Dial: func() mqtt.Config {
			p.dials <- time.Now()
			return mqtt.Config{Endpoint: broker.URL(), Region: "eu-west-1", ClientID: "link-" + strconv.FormatInt(dialed.Add(1), 10),
				Credentials: func(context.Context) (mqtt.Credentials, error) { return key, nil }}
		},
		Filters:   []string{"topic"},
		OnMessage: func(m mqtt.Message) { p.messages <- m },
		OnUp: func() {
			<-started
			p.Send(mqtt.Message{Topic: "topic", Payload: []byte("hello")})
			p.ups <- struct{}{}
		},
		OnDown: func(err error) { p.downs <- err },
		Now:    time.Now,
	})
	close(started)
	t.Cleanup(p.Close)
	return p
}

func next[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(patience):
		t.Fatal("nothing happens")
	}
	return v
}

// TestComesBack: a link reconnects after a cut, with the messages of the new connection.
func TestComesBack(t *testing.T) {
	t.Parallel()
	broker := newBroker(t)
	p := start(t, broker)
	for range 2 {
		next(t, p.ups)
		if m := next(t, p.messages); string(m.Payload) != "hello" {
			t.Errorf("got %q", m.Payload)
		}
		if err := broker.Cut(broker.Clients()[0]); err != nil {
			t.Fatal(err)
		}
		if err := next(t, p.downs); err == nil {
			t.Error("the connection ends without a reason")
		}
	}
}

// TestRefusedPublisher: the broker accepts and then ends each connection, and the link backs
// off.
func TestRefusedPublisher(t *testing.T) {
	t.Parallel()
	p := start(t, newBroker(t, listenOnly))
	first := next(t, p.dials)
	var least time.Duration
	for wait := firstWait; wait <= 8*firstWait; wait *= 2 {
		next(t, p.ups)
		var refusal *mqtt.Refusal
		if err := next(t, p.downs); !errors.As(err, &refusal) || refusal.Code != mqtt.NotAuthorized {
			t.Errorf("got %v", err)
		}
		least += wait / 2
		if took := next(t, p.dials).Sub(first); took < least {
			t.Errorf("dialed again %v after the first time, expected at least %v", took, least)
		}
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	var waits backoff
	for i, c := range []struct{ lasted, expected time.Duration }{
		{0, firstWait}, {0, 2 * firstWait}, {lastWait, 4 * firstWait}, {lastWait + 1, firstWait}, {time.Second, 2 * firstWait},
	} {
		if got := waits.next(c.lasted); got != c.expected {
			t.Errorf("%d: wait for %v, expected %v", i, got, c.expected)
		}
	}
	for range 20 {
		waits.next(0)
	}
	if got := waits.next(0); got != lastWait {
		t.Errorf("wait for %v at last, expected %v", got, lastWait)
	}
}

// TestPublishEndsWithTheConnection: this includes messages still in the queue.
func TestPublishEndsWithTheConnection(t *testing.T) {
	t.Parallel()
	n := &connection{queue: make(chan item, 1)}
	n.lifetime, n.drop = context.WithCancelCause(t.Context())
	l := &Link{current: n}
	gone := errors.New("gone")
	got := make(chan error)
	go func() { got <- l.Publish(t.Context(), mqtt.Message{}) }()
	<-n.queue // it is waiting, and the connection's writer has returned
	n.drop(gone)
	if err := next(t, got); err != gone {
		t.Errorf("got %v", err)
	}
	l.set(nil)
	if err := l.Publish(t.Context(), mqtt.Message{}); err == nil {
		t.Error("published without a connection")
	}
}

// TestProbe: an answer counts from when the ping was sent, and silence replaces the
// connection.
func TestProbe(t *testing.T) {
	t.Parallel()
	broker := newBroker(t)
	p := start(t, broker)
	next(t, p.ups)
	since := time.Now()
	if p.Answered(since) {
		t.Error("answered before it is asked")
	}
	answered := make(chan struct{})
	for up := false; !up; { // a busy machine may take longer than a ping
		p.Probe(func() { close(answered) }, since)
		select {
		case <-answered:
			up = true
		case <-p.ups:
		case <-time.After(patience):
			t.Fatal("nothing happens")
		}
	}
	if !p.Answered(since) {
		t.Error("not answered")
	}
	thaw, err := broker.Freeze(broker.Clients()[0])
	if err != nil {
		t.Fatal(err)
	}
	defer thaw()
	p.Probe(func() { t.Error("answered by nobody") }, time.Now())
	next(t, p.ups)
}

// TestPingWhileFrozen: its result does not count, answered or not.
func TestPingWhileFrozen(t *testing.T) {
	t.Parallel()
	for _, frozen := range []error{nil, context.DeadlineExceeded} {
		now := time.Unix(1e9, 0)
		l := &Link{cfg: Config{Now: func() time.Time { return now }}}
		var asked []time.Time
		at, err := l.ping(func(context.Context) error {
			asked = append(asked, now)
			if len(asked) == 1 {
				now = now.Add(time.Hour)
				return frozen
			}
			now = now.Add(pingTimeout)
			return nil
		})
		if err != nil || len(asked) != 2 || !at.Equal(asked[1]) {
			t.Errorf("asked at %v, got %v and %v", asked, at, err)
		}
	}
}

func TestCause(t *testing.T) {
	t.Parallel()
	for i := range 2 {
		err := fmt.Errorf("connecting as %d: %w", i, fmt.Errorf("port %d: %w", i, io.EOF))
		if got := Cause(err); got != "EOF" {
			t.Errorf("got %q", got)
		}
	}
}
