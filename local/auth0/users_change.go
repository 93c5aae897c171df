package auth0

import (
	"errors"
	"time"
)

// ErrReadyUser reports a change to a ready user.
var ErrReadyUser = errors.New("a ready user comes from the configuration and cannot be changed; add a user of your own")

// change gives the account of an ID the details in user, which are checked as a
// sign-up's, and keeps its password if the new one is empty. It undoes the
// change if the file cannot be written.
func (u *Users) change(id string, user User, password string, now time.Time) error {
	user, err := withDetails(user)
	if err != nil {
		return err
	}
	var hash []byte
	if password != "" {
		if err := checkPassword(password); err != nil {
			return err
		}
		hash = u.mustHash(password) // outside the lock, as in add
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	old, err := u.changeable(id)
	if err != nil {
		return err
	}
	if _, taken := u.accounts[user.Email]; taken && user.Email != old.Email {
		return ErrEmailTaken
	}
	user.ID, user.CreatedAt, user.UpdatedAt = old.ID, old.CreatedAt, now.UTC()
	changed := old
	changed.User = user
	if hash != nil {
		changed.hash = func() []byte { return hash }
	}
	u.remove(old.User)
	u.put(changed)
	if err := u.save(); err != nil {
		u.remove(changed.User)
		u.put(old)
		return err
	}
	return nil
}

// delete removes the account of an ID. It undoes the change if the file cannot be
// written.
func (u *Users) delete(id string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	old, err := u.changeable(id)
	if err != nil {
		return err
	}
	u.remove(old.User)
	if err := u.save(); err != nil {
		u.put(old)
		return err
	}
	return nil
}

// changeable finds the account of an ID, unless it is a ready user's. u.mu
// must be held.
func (u *Users) changeable(id string) (account, error) {
	found, ok := u.accounts[u.emails[id]]
	switch {
	case !ok:
		return account{}, ErrNotFound
	case found.ready != nil:
		return account{}, ErrReadyUser
	}
	return found, nil
}
