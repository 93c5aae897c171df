package auth0

import (
	"cmp"
	"slices"
	"strings"
)

// Users lists the accounts, by e-mail.
func (t *Tenant) Users() []User {
	users := t.current.Load().users
	users.mu.RLock()
	defer users.mu.RUnlock()
	var list []User
	for _, a := range users.accounts {
		list = append(list, a.User)
	}
	slices.SortFunc(list, func(a, b User) int { return cmp.Compare(a.Email, b.Email) })
	return list
}

// ReadyUserID is the ID of the ready user, or "".
func (t *Tenant) ReadyUserID() string {
	s := t.current.Load()
	if s.ready == nil {
		return ""
	}
	return readyID(strings.ToLower(strings.TrimSpace(s.ready.Email)))
}

// IsReady reports whether an account is a ready user's.
func (t *Tenant) IsReady(id string) bool {
	users := t.current.Load().users
	users.mu.RLock()
	defer users.mu.RUnlock()
	return users.accounts[users.emails[id]].ready != nil
}

// AddUser creates an account with the e-mail, name and verification in user, as an
// administrator does. The error is one of the Err… values, or that of writing the
// users file.
func (t *Tenant) AddUser(user User, password string) error {
	_, err := t.current.Load().users.add(user, password, t.now())
	return err
}

// ChangeUser gives the account of user.ID the other details in user, and
// another password unless that is empty; a new password ends the sessions and grants
// of the old one. Tokens have the new details after the next renewal.
func (t *Tenant) ChangeUser(user User, password string) error {
	if err := t.current.Load().users.change(user.ID, user, password, t.now()); err != nil {
		return err
	}
	if password != "" {
		t.signOut(user.ID)
	}
	return nil
}

// DeleteUser removes an account, and ends its sessions and grants.
func (t *Tenant) DeleteUser(id string) error {
	if err := t.current.Load().users.delete(id); err != nil {
		return err
	}
	t.signOut(id)
	return nil
}

// signOut ends a user's sessions and revokes the grants.
func (t *Tenant) signOut(id string) {
	t.sessions.endAll(id)
	t.grants.revokeAll(id)
}
