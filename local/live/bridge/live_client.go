package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log"
	"os"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/live/link"
	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/wire"
)

// maxCauses limits how many reasons for a lost connection are logged.
const maxCauses = 20

// helloAt lists when a bridge asks who is present. It repeats since an answer may be lost.
var helloAt = []time.Duration{0, 100 * time.Millisecond, time.Second}

// liveClient is the bridge's end of live: the sessions that are present, and their invocations.
type liveClient struct {
	cfg    config
	bridge string // the name in topics
	log    *log.Logger

	mu      sync.Mutex
	link    *link.Link // nil until connect
	pace    wire.Pace
	upSince time.Time                // zero: not connected yet
	present map[string]wire.Presence // by name
	refused map[string]bool          // sessions of another version
	causes  map[string]bool          // of lost connections, already logged
	calls   []*wire.Call             // the last is the current one
	asked   time.Time                // the latest hello for a request that named a developer
	changed chan struct{}            // closed and replaced at each change of the above
}

func newLiveClient(cfg config) *liveClient {
	return &liveClient{
		cfg:     cfg,
		bridge:  wire.NewBridge(cfg.handler),
		log:     log.New(os.Stderr, "live: ", 0),
		present: map[string]wire.Presence{},
		refused: map[string]bool{},
		causes:  map[string]bool{},
		changed: make(chan struct{}),
	}
}

// connect connects in the background, for the life of the process.
func (l *liveClient) connect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.link = link.Start(link.Config{
		Dial:      l.dial,
		Filters:   l.cfg.topics.OfBridge(l.bridge),
		OnMessage: l.receive,
		OnUp:      l.up,
		OnDown:    l.down,
		Now:       time.Now,
	})
}

func (l *liveClient) dial() mqtt.Config {
	var random [8]byte
	rand.Read(random[:])
	return mqtt.Config{
		Endpoint: l.cfg.endpoint, Region: l.cfg.region,
		ClientID:    l.cfg.client + hex.EncodeToString(random[:]),
		Credentials: func(context.Context) (mqtt.Credentials, error) { return l.cfg.credentials, nil },
		Now:         time.Now,
	}
}

// up starts over on a new connection. Sessions that have gone meanwhile will not claim.
func (l *liveClient) up() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.upSince, l.pace = now, wire.Pace{}
	l.ask(wire.HelloSession, func() bool { return l.upSince == now })
	for _, call := range l.calls {
		call.Restart(now)
		l.flush(call)
	}
	l.signal()
}

// down logs why there is no connection, once for each cause: an environment lives for hours
// and loses its connection each time it is frozen.
func (l *liveClient) down(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if cause := link.Cause(err); !l.causes[cause] && len(l.causes) < maxCauses {
		l.causes[cause] = true
		l.log.Printf("no connection to %s: %v", l.cfg.endpoint, err)
	}
}

// ask sends a hello to a session, several times while a condition holds. l.mu must be held,
// and is held when the condition is evaluated.
func (l *liveClient) ask(session string, while func() bool) {
	for _, after := range helloAt {
		time.AfterFunc(after, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			if while() {
				l.send(session, wire.Hello(l.bridge))
			}
		})
	}
}

// send publishes a frame to a session. l.mu must be held.
func (l *liveClient) send(session string, payload []byte) {
	l.pace.Force(time.Now(), len(payload))
	l.link.Send(mqtt.Message{Topic: l.cfg.topics.Session(session), Payload: payload})
}

// signal wakes the goroutines that wait for a change. l.mu must be held.
func (l *liveClient) signal() {
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *liveClient) receive(m mqtt.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.pace.Received(now)
	topics := l.cfg.topics
	if name := topics.Named(m.Topic); name != "" {
		l.receivePresence(name, m.Payload)
	} else if session := topics.Beating(m.Topic); session != "" {
		for _, call := range l.calls {
			if call.Session.Session == session {
				call.Beat(now)
			}
		}
	} else if m.Topic == topics.Bridge(l.bridge) {
		l.receiveFrame(now, m.Payload)
	}
}

func (l *liveClient) receiveFrame(now time.Time, payload []byte) {
	if p, ok := wire.ParseHelloAnswer(payload); ok {
		// Only the holder of a name sees announcements on its topic. It does not see what is
		// sent here, so an answer does not replace another session.
		if known, ok := l.present[p.Name]; !ok || known.Session == p.Session {
			l.announce(p)
		}
		return
	}
	id, ok := wire.InvocationOf(payload)
	if !ok {
		return
	}
	for _, call := range l.calls {
		if call.ID() == id && call.Receive(now, payload) {
			l.flush(call)
			l.signal()
		}
	}
}

// flush publishes a call's pending frames, and returns when to call it again. l.mu must be
// held.
func (l *liveClient) flush(call *wire.Call) (wake time.Time) {
	frames, wake := call.Poll(time.Now(), &l.pace)
	for _, payload := range frames {
		l.link.Send(mqtt.Message{Topic: l.cfg.topics.Session(call.Session.Session), Payload: payload})
	}
	return wake
}

// alive is called when the broker has answered a probe.
func (l *liveClient) alive() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.signal()
}
