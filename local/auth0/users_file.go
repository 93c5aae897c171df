package auth0

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// usersFile is the JSON file of development users.
type usersFile struct {
	Users []storedUser `json:"users"`
}

type storedUser struct {
	ID            string    `json:"id"`
	Email         string    `json:"email"`
	EmailVerified bool      `json:"emailVerified"`
	Name          string    `json:"name"`
	CreatedAt     time.Time `json:"createdAt"`
	UpdatedAt     time.Time `json:"updatedAt"`
	PasswordHash  string    `json:"passwordHash"` // bcrypt
	Roles         []string  `json:"roles,omitempty"`
}

// LoadUsers reads the accounts kept in a file and keeps later sign-ups there:
// mode 0600, replaced by a rename. A missing file is an empty set, and a missing
// folder is an error, since the file could not be written.
func LoadUsers(path string) (*Users, error) {
	u := newUsers(hashCost)
	u.path = path
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return nil, fmt.Errorf("keeping users in %q: %w (create the folder first)", path, err)
		}
		return u, nil
	}
	if err == nil {
		err = u.restore(content)
	}
	if err != nil {
		return nil, fmt.Errorf("reading users from %q: %w (fix or delete the file)", path, err)
	}
	return u, nil
}

// restore fills an empty set from a file's content.
func (u *Users) restore(content []byte) error {
	dec := json.NewDecoder(bytes.NewReader(content))
	dec.DisallowUnknownFields()
	var file usersFile
	if err := dec.Decode(&file); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("expected nothing after the JSON object")
	}
	for i, s := range file.Users {
		if err := u.restoreOne(s); err != nil {
			return fmt.Errorf("user %d, %q: %w", i, s.Email, err)
		}
	}
	return nil
}

// restoreOne refuses what this package would not have written, such as a password
// instead of its hash.
func (u *Users) restoreOne(s storedUser) error {
	if s.ID == "" || s.Email == "" || s.Email != strings.ToLower(s.Email) {
		return errors.New("expected an ID and a lower-case e-mail")
	}
	if u.accounts[s.Email].ID != "" || u.emails[s.ID] != "" {
		return errors.New("the ID or the e-mail occurs twice")
	}
	cost, err := bcrypt.Cost([]byte(s.PasswordHash))
	if err != nil {
		return fmt.Errorf("the password hash: %w", err)
	}
	if cost != u.cost {
		return fmt.Errorf("the password hash: expected bcrypt's cost %d, got %d", u.cost, cost)
	}
	u.put(account{
		User: User{
			ID: s.ID, Email: s.Email, EmailVerified: s.EmailVerified, Name: cmp.Or(s.Name, s.Email),
			CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
		},
		hash:  func() []byte { return []byte(s.PasswordHash) },
		roles: s.Roles,
	})
	return nil
}

// save writes a temporary file and renames it, so that a crash leaves the old file
// or the new one. u.mu must be held.
func (u *Users) save() error {
	if u.path == "" {
		return nil
	}
	content, err := json.MarshalIndent(u.stored(), "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(u.path), ".users-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("saving users: %w", err)
	}
	_, err = tmp.Write(append(content, '\n'))
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), u.path)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return fmt.Errorf("saving users: %w", err)
	}
	return nil
}

// stored are the accounts in a stable order, so that the file changes only with
// them. u.mu must be held.
func (u *Users) stored() usersFile {
	file := usersFile{Users: []storedUser{}}
	for _, a := range u.accounts {
		if a.ready != nil {
			continue
		}
		file.Users = append(file.Users, storedUser{
			ID: a.ID, Email: a.Email, EmailVerified: a.EmailVerified, Name: a.Name,
			CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt, PasswordHash: string(a.hash()), Roles: a.roles,
		})
	}
	slices.SortFunc(file.Users, func(a, b storedUser) int { return strings.Compare(a.Email, b.Email) })
	return file
}
