package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/wire"
)

const (
	// announceEvery is when the presence is repeated, for bridges that missed it.
	announceEvery = time.Minute
	// nameTimeout is how long a name must be uncontested before a session owns it.
	nameTimeout = 300 * time.Millisecond
	// defendAfter limits how often a name is defended.
	defendAfter = 20 * time.Millisecond
)

// announceAgain lists when the presence is repeated on a new connection.
var announceAgain = []time.Duration{100 * time.Millisecond, 900 * time.Millisecond}

// takeName waits to see whether another session defends the name. A session that owns it, or
// that began before this one, does so whenever it sees another.
func (s *Session) takeName(ctx context.Context) (err error) {
	quiet, cancel := context.WithTimeout(ctx, nameTimeout)
	defer cancel()
	_ = s.await(quiet, func() bool { return s.startError() != nil }) // an error means that nobody objected
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := cmp.Or(s.startError(), ctx.Err()); err != nil {
		return err
	}
	s.owner, s.presence.Settled, s.again = true, true, 0
	if s.document, err = s.presence.Marshal(); err != nil {
		return err
	}
	s.publishPresence()
	s.cfg.OnStatus(Status{Kind: Online})
	return nil
}

// publishPresence announces the developer, and schedules the next announcement.
func (s *Session) publishPresence() {
	s.pace.Force(s.cfg.Now(), len(s.document))
	s.link.Send(mqtt.Message{Topic: s.topics.Presence(s.cfg.Name), Payload: s.document})
	next := announceEvery
	if s.again < len(announceAgain) {
		next = announceAgain[s.again]
		s.again++
	}
	s.announce.Reset(next)
}

func (s *Session) repeat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.defending = false
	if s.up && s.lost == nil && !s.closing {
		s.publishPresence()
	}
}

// receivePresence defends the name against newer sessions, and against the will of a dead
// connection of this session.
func (s *Session) receivePresence(document []byte) {
	other, err := wire.ParsePresence(s.cfg.Name, document)
	if err != nil && !errors.Is(err, wire.ErrVersion) {
		return
	}
	own := other.Session == s.presence.Session
	switch {
	case s.closing, s.lost != nil, own != other.Gone: // what this session said, or another that leaves
	case !own && other.Outranks(s.presence):
		s.loseName(other)
	case !s.defending:
		s.defending = true
		s.announce.Reset(defendAfter)
	}
}

// loseName ends the claiming of invocations, since another session owns the name. Running
// invocations continue.
func (s *Session) loseName(other wire.Presence) {
	s.owner = false
	s.lost = fmt.Errorf("%w: %s has been live since %s: choose another name, or end that session",
		ErrNameTaken, s.cfg.Name, other.Since.Local().Format(time.DateTime))
	s.desk.Stop()
	s.flush()
	s.signal()
	s.cfg.OnStatus(Status{Kind: NameTaken, Err: s.lost})
}
