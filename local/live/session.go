package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/live/link"
	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/wire"
)

// endWithin limits how long Close takes.
const endWithin = 2 * time.Second

// Session is the session of a developer who is present.
type Session struct {
	cfg    Config
	topics wire.Topics
	link   *link.Link
	ctx    context.Context // of the runs
	cancel context.CancelFunc

	mu        sync.Mutex
	presence  wire.Presence // its connection is the latest
	document  []byte        // of the presence
	desk      *wire.Desk
	pace      wire.Pace
	timer     *time.Timer // polls the desk
	announce  *time.Timer // repeats the presence
	again     int         // how often it was repeated on this connection
	defending bool        // it will be repeated soon
	running   map[*wire.Job]context.CancelFunc
	versions  map[string]bool // handlers of another version
	owner     bool            // the name is this session's
	changed   chan struct{}   // closed and replaced at each change that Start or Close waits for
	up        bool
	downCause error  // why there is, or was, no connection; nil if there always was
	reported  string // the cause last passed to OnStatus; "" while connected
	lost      error  // why the session is over, though not closed
	closing   bool
}

// Start announces the developer, and returns once requests can come. ctx limits only the
// start. An error wraps ErrNameTaken or reports that the broker cannot be reached, and says
// how to fix it.
func Start(ctx context.Context, cfg Config) (*Session, error) {
	s, err := newSession(cfg)
	if err != nil {
		return nil, err
	}
	s.mu.Lock() // no callback before s.link is set
	s.link = link.Start(link.Config{
		Dial:      s.dial,
		Filters:   s.topics.OfSession(cfg.Name, s.presence.Session),
		OnMessage: s.receive, OnUp: s.online, OnDown: s.offline,
		Now: s.cfg.Now,
	})
	s.mu.Unlock()
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func newSession(cfg Config) (*Session, error) {
	if !wire.ValidName(cfg.Name) {
		return nil, fmt.Errorf("the name %q: choose one of up to 32 lower-case letters, digits and hyphens", cfg.Name)
	}
	topics, err := wire.ParseTopics("live/" + cfg.Project + "/" + cfg.Stack)
	if err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.OnStatus == nil {
		cfg.OnStatus = func(Status) {}
	}
	keys := wire.NewKeys()
	s := &Session{
		cfg: cfg, topics: topics,
		presence: wire.Presence{Identity: wire.Identity{Version: wire.Version, Name: cfg.Name, Session: wire.NewSession(), Since: cfg.Now().UTC()},
			Key: keys.Public(), For: cfg.For, Credentials: cfg.Credentials, Patient: cfg.Patient},
		desk:     wire.NewDesk(keys),
		running:  map[*wire.Job]context.CancelFunc{},
		versions: map[string]bool{},
		changed:  make(chan struct{}),
	}
	if err := s.describe(); err != nil {
		return nil, err
	}
	s.desk.Handles, s.desk.Patient = cfg.Handles, cfg.Patient
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.timer = time.AfterFunc(time.Hour, s.tick)
	s.announce = time.AfterFunc(announceEvery, s.repeat)
	return s, nil
}

// describe creates the presence document of the next connection.
func (s *Session) describe() (err error) {
	s.presence.Connection = wire.NewSession()[:16]
	s.document, err = s.presence.Marshal()
	return err
}

func (s *Session) dial() mqtt.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.describe() // as long as the first, which was not too long
	return mqtt.Config{
		Endpoint: s.cfg.Endpoint, Region: s.cfg.Region,
		ClientID:    s.cfg.Project + "--" + s.cfg.Stack + "--dev-" + s.cfg.Name + "-" + s.presence.Connection,
		Credentials: s.cfg.Connect,
		Will:        &mqtt.Message{Topic: s.topics.Presence(s.cfg.Name), Payload: s.presence.Goodbye()},
		Now:         s.cfg.Now,
	}
}

// begin connects and takes the name.
func (s *Session) begin(ctx context.Context) error {
	if err := s.await(ctx, func() bool { return s.up || s.startError() != nil }); err != nil {
		return fmt.Errorf("connecting to %s: %w", s.cfg.Endpoint, err)
	}
	return s.takeName(ctx)
}

// startError returns why the session cannot start: another session owns the name, or the
// connection was lost, even if only for a while, in which a defense of the name was missed.
// s.mu must be held.
func (s *Session) startError() error {
	if s.lost != nil || s.downCause == nil {
		return s.lost
	}
	return fmt.Errorf("connecting to %s: %w: check the network, and that your AWS credentials allow the stack's topics", s.cfg.Endpoint, s.downCause)
}

// await waits until a condition holds. The condition is evaluated with s.mu held.
func (s *Session) await(ctx context.Context, condition func() bool) error {
	for {
		s.mu.Lock()
		met, changed := condition(), s.changed
		s.mu.Unlock()
		if met {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// signal wakes waiters. s.mu must be held, as for all functions below.
func (s *Session) signal() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Session) online() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up, s.reported, s.pace, s.again = true, "", wire.Pace{}, 0
	if s.lost == nil && !s.closing {
		s.publishPresence()
	}
	s.desk.Restart()
	s.flush()
	s.signal()
	if s.owner && !s.closing {
		s.cfg.OnStatus(Status{Kind: Online})
	}
}

func (s *Session) offline(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up, s.downCause = false, cmp.Or(err, errors.New("the connection has ended"))
	s.signal()
	if cause := link.Cause(s.downCause); s.owner && cause != s.reported {
		s.reported = cause
		s.cfg.OnStatus(Status{Kind: Offline, Err: s.downCause})
	}
}

func (s *Session) receive(m mqtt.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	s.pace.Received(now)
	switch m.Topic {
	case s.topics.Presence(s.cfg.Name):
		s.receivePresence(m.Payload)
	case s.topics.Session(wire.HelloSession), s.topics.Session(s.presence.Session):
		if version, bridge, ok := wire.ParseHello(m.Payload); ok {
			s.receiveHello(version, bridge)
		} else if s.owner || s.lost != nil { // running invocations are still acknowledged or canceled
			s.desk.Receive(now, m.Payload)
			s.flush()
		}
	}
}

func (s *Session) receiveHello(version int, bridge string) {
	handler := wire.HandlerOf(bridge)
	switch {
	case version != wire.Version && !s.versions[handler] && len(s.versions) < 100:
		s.versions[handler] = true
		s.cfg.OnStatus(Status{Kind: OtherVersion, Handler: handler})
	case version == wire.Version && s.owner && !s.closing:
		answer := wire.HelloAnswer(s.document)
		if s.pace.Take(s.cfg.Now(), len(answer)) {
			s.link.Send(mqtt.Message{Topic: s.topics.Bridge(bridge), Payload: answer})
		}
	}
}

func (s *Session) tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush()
}

// flush does the desk's pending work, and sets the timer for the next.
func (s *Session) flush() {
	now := s.cfg.Now()
	messages, wake := s.desk.Poll(now, &s.pace)
	for _, m := range messages {
		topic := s.topics.Beat(s.presence.Session)
		if m.Bridge != "" {
			topic = s.topics.Bridge(m.Bridge)
		}
		s.link.Send(mqtt.Message{Topic: topic, Payload: m.Payload})
	}
	for _, job := range s.desk.TakeReady() {
		ctx, cancel := context.WithDeadline(s.ctx, time.Now().Add(job.Deadline.Sub(now)))
		s.running[job] = cancel
		go s.run(ctx, job)
	}
	for _, job := range s.desk.TakeEnded() {
		s.running[job]()
	}
	if !wake.IsZero() {
		s.timer.Reset(max(0, wake.Sub(now)))
	}
	if s.closing && s.desk.Len() == 0 {
		s.signal()
	}
}

// Close withdraws the presence, ends running invocations, which fail for their callers, and
// disconnects.
func (s *Session) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	s.mu.Lock()
	s.closing = true
	s.desk.Stop()
	s.flush()
	goodbye := mqtt.Message{Topic: s.topics.Presence(s.cfg.Name), Payload: s.presence.Goodbye()}
	up := s.up
	s.mu.Unlock()
	var err error
	if up {
		err = s.link.Publish(ctx, goodbye)
	}
	s.cancel()
	_ = s.await(ctx, func() bool { return s.desk.Len() == 0 || !s.up }) // bridges cope with a timeout
	s.end()
	return err
}

// end stops everything without a goodbye.
func (s *Session) end() {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.cancel()
	s.timer.Stop()
	s.announce.Stop()
	s.link.Close()
}
