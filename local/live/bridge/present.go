package main

import (
	"errors"
	"time"

	"api-auth-jwt-auth0/local/live/wire"
)

const (
	maxPresent = 64 // developers of a stack that a bridge knows

	// helloTimeout is how long after connecting all hellos are assumed to be answered.
	helloTimeout = wire.ClaimBudget
)

func (l *liveClient) receivePresence(name string, document []byte) {
	p, err := wire.ParsePresence(name, document)
	switch {
	case errors.Is(err, wire.ErrVersion):
		l.refuse(p)
	case err != nil: // garbage
	case p.Gone:
		l.withdraw(p)
	default:
		l.announce(p)
	}
}

// withdraw removes a session, unless it has connected again since.
func (l *liveClient) withdraw(p wire.Presence) {
	if known := l.present[p.Name]; known.Session != p.Session || known.Connection != p.Connection {
		return
	}
	delete(l.present, p.Name)
	l.updatePresence(p, false)
	l.signal()
}

func (l *liveClient) announce(p wire.Presence) {
	if _, known := l.present[p.Name]; p.Gone || !p.Settled || !known && len(l.present) == maxPresent {
		return
	}
	l.present[p.Name] = p
	l.updatePresence(p, true)
	l.signal()
}

// updatePresence updates a session's calls with whether it is still announced.
func (l *liveClient) updatePresence(p wire.Presence, stands bool) {
	for _, call := range l.calls {
		if call.Session.Session == p.Session && call.Session.Name == p.Name {
			call.SetPresent(time.Now(), stands)
			l.flush(call)
		}
	}
}

// refuse sends one hello to a session of another version, which reports the mismatch.
func (l *liveClient) refuse(p wire.Presence) {
	delete(l.present, p.Name)
	if l.refused[p.Session] || len(l.refused) == maxPresent {
		return
	}
	l.refused[p.Session] = true
	l.send(p.Session, wire.Hello(l.bridge))
	l.log.Printf("%s uses version %d of the protocol, this function %d: run pulumi up", p.Name, p.Version, wire.Version)
}

// askAgain asks who is present, at most once a second, in case an answer was lost.
func (l *liveClient) askAgain() {
	if now := time.Now(); now.Sub(l.asked) > time.Second {
		l.asked = now
		l.send(wire.HelloSession, wire.Hello(l.bridge))
	}
}

// current reports whether all sessions that are present are known: the broker has answered
// since the given time, so the connection did not die while the environment was frozen, and
// its pending messages have been read. l.mu must be held.
func (l *liveClient) current(since time.Time) bool {
	return !l.upSince.IsZero() && time.Since(l.upSince) > helloTimeout && l.link.Answered(since)
}

func (l *liveClient) presences() []wire.Presence {
	var list []wire.Presence
	for _, p := range l.present {
		list = append(list, p)
	}
	return list
}
