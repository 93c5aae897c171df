package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// maxPresence is the longest presence document that is read, in bytes.
const maxPresence = 16 << 10

// Selection selects the requests that a developer asks for, in addition to those that name
// the developer in their header.
type Selection struct {
	Subjects []string `json:"subjects,omitempty"` // sub claims of tokens
	Routes   []string `json:"routes,omitempty"`   // route keys, such as "GET /items/{id}"
	Handlers []string `json:"handlers,omitempty"`
}

// Presence announces a session, or withdraws it.
type Presence struct {
	Identity
	Key         []byte    `json:"key"` // X25519 public key
	For         Selection `json:"for"`
	Credentials bool      `json:"credentials"` // asks for the credentials of the functions' roles

	// Patient makes bridges wait longer for signs of life of a request that the deployed code
	// could answer: a debugger may stop it for minutes, in which no beat may be missed.
	Patient bool `json:"patient,omitempty"`
}

// Identity is the part of a presence that is common to all versions of the protocol.
type Identity struct {
	Version int       `json:"version"`
	Name    string    `json:"name"`
	Session string    `json:"session"`
	Since   time.Time `json:"since"`
	// Connection distinguishes a session's connections: the will of a dead one may arrive
	// long after the session has connected again.
	Connection string `json:"connection"`
	// Settled means that the session owns the name. A session that does not own it yet gets
	// no requests.
	Settled bool `json:"settled,omitempty"`
	Gone    bool `json:"gone,omitempty"`
}

// ErrVersion means that a presence is of another version of the protocol. Only its identity
// is known.
var ErrVersion = errors.New("another version of the protocol")

// Marshal returns the document. An error means that the selection is too long.
func (p Presence) Marshal() ([]byte, error) {
	document, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	if len(document) > maxPresence {
		return nil, fmt.Errorf("the presence has %d bytes, more than %d: select fewer subjects, routes or handlers", len(document), maxPresence)
	}
	return document, nil
}

// Goodbye returns the document that withdraws the session.
func (p Presence) Goodbye() []byte {
	p.Gone = true
	document, err := json.Marshal(p.Identity)
	if err != nil {
		panic(err) // cannot happen: strings, numbers and a time of this century
	}
	return document
}

// ParsePresence reads the document of a developer. name is empty if it is not known from a
// topic.
func ParsePresence(name string, document []byte) (Presence, error) {
	if len(document) > maxPresence {
		return Presence{}, fmt.Errorf("presence of %d bytes: more than %d", len(document), maxPresence)
	}
	var p Presence
	if err := json.Unmarshal(document, &p.Identity); err != nil {
		return Presence{}, fmt.Errorf("reading a presence: %w", err)
	}
	if !ValidName(p.Name) || (name != "" && name != p.Name) || !validSession(p.Session) {
		return Presence{}, fmt.Errorf("presence of %q has the name %q and the session %q", name, p.Name, p.Session)
	}
	if p.Gone {
		return p, nil
	}
	if p.Version != Version {
		return p, ErrVersion
	}
	if err := json.Unmarshal(document, &p); err != nil {
		return Presence{}, fmt.Errorf("reading a presence: %w", err)
	}
	if len(p.Key) != 32 {
		return Presence{}, fmt.Errorf("presence of %q has a key of %d bytes, not 32", p.Name, len(p.Key))
	}
	return p, nil
}

// Before reports whether p takes precedence over q if both match, because it began first. The
// times are of two machines, so this is an order, not a statement about time.
func (p Presence) Before(q Presence) bool {
	if !p.Since.Equal(q.Since) {
		return p.Since.Before(q.Since)
	}
	return p.Session < q.Session
}

// Outranks reports whether p keeps a name that q wants, too. A session that owns it keeps it; if
// both or neither do, the first one does.
func (p Presence) Outranks(q Presence) bool {
	if p.Settled != q.Settled {
		return p.Settled
	}
	return p.Before(q)
}
