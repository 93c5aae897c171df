package account

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// A Session is an account during one operation, with nobody else in it.
type Session struct {
	account Account
	number  int
	id      string // of what was created
}

// Number is the operation's, counted from 1.
func (s *Session) Number() int { return s.number }

// Get finds a resource by its type, id, region and references.
func (s *Session) Get(r Resource) (Resource, error) { return read(s.account.file(r)) }

// All are all resources.
func (s *Session) All() ([]Resource, error) { return s.account.resources() }

// Create keeps a new resource. Like a service it refuses one that is there.
func (s *Session) Create(r Resource) error {
	if _, err := s.Get(r); err == nil {
		return fmt.Errorf("%s %q already exists", r.Type, r.ID)
	}
	r.Number, s.id = s.number, r.ID
	return s.account.write(r)
}

// Update keeps a resource's new properties.
func (s *Session) Update(r Resource) error {
	old, err := s.Get(r)
	if err != nil {
		return fmt.Errorf("%s %q: %w", r.Type, r.ID, err)
	}
	r.Number = old.Number
	return s.account.write(r)
}

// Delete removes a resource. It refuses one to which another refers by its id,
// unless it is a part of another itself: a part has its owner's id, or one that
// means something else elsewhere.
func (s *Session) Delete(r Resource) error {
	if len(r.Refs) > 0 {
		return s.Discard(r)
	}
	all, err := s.All()
	if err != nil {
		return err
	}
	for _, other := range all {
		if s.account.file(other) != s.account.file(r) && other.Region == r.Region && other.uses(r) {
			return fmt.Errorf("%s %q is in use by %s %q", r.Type, r.ID, other.Type, other.ID)
		}
	}
	return os.Remove(s.account.file(r))
}

// Discard removes a resource with its content, whatever refers to it.
func (s *Session) Discard(r Resource) error { return os.Remove(s.account.file(r)) }

// uses reports whether an input of the resource is the other's id.
func (r Resource) uses(other Resource) bool {
	text, _ := json.Marshal(other.ID) // a string always marshals
	return strings.Contains(string(r.Inputs), string(text))
}
