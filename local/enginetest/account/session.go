package account

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// A Session is exclusive access to an account during one operation.
type Session struct {
	account Account
	number  int
	id      string // of what was created
}

// Number returns the number of the operation, counted from 1.
func (s *Session) Number() int { return s.number }

// Get returns the resource with the same type, ID, region and references, or
// ErrNotFound.
func (s *Session) Get(r Resource) (Resource, error) { return read(s.account.file(r)) }

// All returns all resources.
func (s *Session) All() ([]Resource, error) { return s.account.resources() }

// Create stores a new resource. It is an error if the resource exists.
func (s *Session) Create(r Resource) error {
	if _, err := s.Get(r); err == nil {
		return fmt.Errorf("%s %q already exists", r.Type, r.ID)
	}
	r.Number, s.id = s.number, r.ID
	return s.account.write(r)
}

// Update stores new properties of a resource.
func (s *Session) Update(r Resource) error {
	old, err := s.Get(r)
	if err != nil {
		return fmt.Errorf("%s %q: %w", r.Type, r.ID, err)
	}
	r.Number = old.Number
	return s.account.write(r)
}

// Delete removes a resource. It is an error if another resource refers to it by its
// ID, unless it is a part of another resource: the ID of a part is its owner's, or is
// not unique.
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

// Discard removes a resource even if others refer to it.
func (s *Session) Discard(r Resource) error { return os.Remove(s.account.file(r)) }

// uses reports whether an input of the resource is the other's ID.
func (r Resource) uses(other Resource) bool {
	text, _ := json.Marshal(other.ID) // a string always marshals
	return strings.Contains(string(r.Inputs), string(text))
}
