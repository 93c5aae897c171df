package auth0

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Role gives permissions to the users who have it.
// https://auth0.com/docs/manage-users/access-control/rbac
type Role struct {
	Name, Description string
	Permissions       []Permission
}

// Permission is a scope of an API.
type Permission struct{ Audience, Scope string }

// Dialects of an API's access tokens. Both are Auth0's own profile; the second adds the
// permissions that the user's roles give, if the API enforces them.
// https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
const (
	DialectPlain           = "access_token"
	DialectWithPermissions = "access_token_authz"
)

// ErrNoRole reports a role that the configuration does not have.
var ErrNoRole = errors.New("the tenant has no such role: add it to the program")

// addRole requires that the scopes exist already, as Auth0 does.
func (s *settings) addRole(r Role) error {
	var problems []error
	add := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("role %q: "+format, append([]any{r.Name}, args...)...))
	}
	if r.Name == "" {
		add("the name is empty: set it")
	}
	if slices.ContainsFunc(s.roles, func(other Role) bool { return other.Name == r.Name }) {
		add("there is another role of this name: remove one")
	}
	for _, p := range r.Permissions {
		api, ok := s.apis[p.Audience]
		if !ok {
			add("there is no API with the identifier %q", p.Audience)
		} else if !api.has(p.Scope) {
			add("scope %q: the API does not have it", p.Scope)
		}
	}
	s.roles = append(s.roles, r)
	return errors.Join(problems...)
}

func (a API) has(scope string) bool {
	return slices.ContainsFunc(a.Scopes, func(s Scope) bool { return s.Value == scope })
}

// rolesOf are the names of a user's roles, in the order of the configuration. Roles
// that it does not have anymore give nothing.
func (s *settings) rolesOf(userID string) []string {
	held := []string{}
	for _, r := range s.roles {
		if s.users.hasRole(userID, r.Name) {
			held = append(held, r.Name)
		}
	}
	return held
}

// permissions are the scopes of an API that a user's roles give, each once.
func (s *settings) permissions(userID, audience string) []string {
	scopes := []string{}
	for _, r := range s.roles {
		if !s.users.hasRole(userID, r.Name) {
			continue
		}
		for _, p := range r.Permissions {
			if p.Audience == audience && !slices.Contains(scopes, p.Scope) {
				scopes = append(scopes, p.Scope)
			}
		}
	}
	return scopes
}

// readyUsers are the accounts that need no sign-up. The second one shows what a user
// without roles can do.
func (s *settings) readyUsers() []*ReadyUser {
	list := []*ReadyUser{}
	if s.ready != nil {
		list = append(list, s.ready)
	}
	if s.second != nil && len(s.roles) > 0 {
		list = append(list, s.second)
	}
	return list
}

// hasRole reports whether the account of an ID has a role.
func (u *Users) hasRole(id, role string) bool {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.accounts[u.emails[id]].has(role)
}

func (a account) has(role string) bool {
	return slices.Contains(a.roles, role) || a.everyRole && !slices.Contains(a.taken, role)
}

// setRole gives a role to the account of an ID, or takes it away. It undoes the
// change if the file cannot be written.
func (u *Users) setRole(id, role string, give bool) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	old, ok := u.accounts[u.emails[id]]
	if !ok {
		return ErrNotFound
	}
	changed := old
	changed.roles, changed.taken = without(old.roles, role), without(old.taken, role)
	if give {
		changed.roles = append(changed.roles, role)
		slices.Sort(changed.roles)
	} else if old.everyRole {
		changed.taken = append(changed.taken, role)
	}
	u.put(changed)
	if err := u.save(); err != nil {
		u.put(old)
		return err
	}
	return nil
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

// Roles lists the roles of the configuration, by name.
func (t *Tenant) Roles() []Role {
	roles := slices.Clone(t.current.Load().roles)
	slices.SortFunc(roles, func(a, b Role) int { return cmp.Compare(a.Name, b.Name) })
	return roles
}

// RolesOf lists the names of a user's roles.
func (t *Tenant) RolesOf(userID string) []string { return t.current.Load().rolesOf(userID) }

// GiveRole gives a role to a user, a ready one included. Tokens have it after the next
// sign-in or renewal.
func (t *Tenant) GiveRole(userID, role string) error { return t.setRole(userID, role, true) }

// TakeRole takes a role from a user, as GiveRole gives it.
func (t *Tenant) TakeRole(userID, role string) error { return t.setRole(userID, role, false) }

func (t *Tenant) setRole(userID, role string, give bool) error {
	s := t.current.Load()
	if !slices.ContainsFunc(s.roles, func(r Role) bool { return r.Name == role }) {
		return fmt.Errorf("%q: %w", role, ErrNoRole)
	}
	return s.users.setRole(userID, role, give)
}
