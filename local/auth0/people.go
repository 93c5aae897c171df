package auth0

import (
	"cmp"
	"slices"
)

// People lists the accounts, by e-mail.
func (t *Tenant) People() []User {
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
