package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// maxPresence is the longest presence document that is read, in bytes.
const maxPresence = 16 << 10

// Selection is which requests a developer asks for, besides those that name the
// developer in their header.
type Selection struct {
	Subjects []string `json:"subjects,omitempty"` // sub claims of tokens
	Routes   []string `json:"routes,omitempty"`   // route keys, such as "GET /items/{id}"
	Handlers []string `json:"handlers,omitempty"`
}

// Presence announces a session, or says that one has gone.
type Presence struct {
	Identity
	Key         []byte    `json:"key"` // X25519 public key
	For         Selection `json:"for"`
	Credentials bool      `json:"credentials"` // asks for the credentials of the functions' roles
}

// Identity is what a presence has in every version of the protocol.
type Identity struct {
	Version int       `json:"version"`
	Name    string    `json:"name"`
	Session string    `json:"session"`
	Since   time.Time `json:"since"`
	// Connection tells the connections of a session apart: the will of one that has died
	// may come when the session has long had another.
	Connection string `json:"connection"`
	// Settled is a session that has the name. One that has not asks for it, and gets no
	// requests.
	Settled bool `json:"settled,omitempty"`
	Gone    bool `json:"gone,omitempty"`
}

// ErrVersion is a presence of another version of the protocol, of which only the
// identity is known.
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

// Goodbye returns the document that says that the session has gone.
func (p Presence) Goodbye() []byte {
	p.Gone = true
	document, err := json.Marshal(p.Identity)
	if err != nil {
		panic(err) // cannot happen: strings, numbers and a time of this century
	}
	return document
}

// ParsePresence reads the document of the developer name, "" if it is not known from a
// topic.
func ParsePresence(name string, document []byte) (Presence, error) {
	if len(document) > maxPresence {
		return Presence{}, fmt.Errorf("presence of %d bytes: more than %d", len(document), maxPresence)
	}
	var p Presence
	if err := json.Unmarshal(document, &p.Identity); err != nil {
		return Presence{}, fmt.Errorf("reading a presence: %w", err)
	}
	if !ValidName(p.Name) || (name != "" && name != p.Name) || !sessionPattern.MatchString(p.Session) {
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

// Before reports whether p comes before q where both could be meant: it began first.
// The times are of two machines, so this is an order, not a statement about time.
func (p Presence) Before(q Presence) bool {
	if !p.Since.Equal(q.Since) {
		return p.Since.Before(q.Since)
	}
	return p.Session < q.Session
}

// Keeps reports whether p has a name that q wants, too. One that has it keeps it; if that
// says nothing, the first has it.
func (p Presence) Keeps(q Presence) bool {
	if p.Settled != q.Settled {
		return p.Settled
	}
	return p.Before(q)
}
