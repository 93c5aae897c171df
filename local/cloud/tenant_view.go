package cloud

import (
	"errors"
	"time"

	"api-auth-jwt-auth0/local/auth0"
	"api-auth-jwt-auth0/local/console"
)

var errRealTenant = errors.New("a real tenant is changed in Auth0's dashboard")

// consoleTenant returns the console's access to the tenant. Of a real one it has only the
// URL.
func (c *Cloud) consoleTenant() console.Tenant {
	if c.issuer == nil {
		refuse := func(string) error { return errRealTenant }
		refuseUser := func(console.Account, string) error { return errRealTenant }
		refuseRole := func(string, string) error { return errRealTenant }
		return console.Tenant{
			Describe:   func() console.TenantState { return console.TenantState{URL: c.TenantURL()} },
			EndSession: refuse, RevokeGrant: refuse, ExpireGrant: refuse,
			RotateKeys: c.RotateKeys,
			AddUser:    refuseUser, ChangeUser: refuseUser, DeleteUser: refuse,
			GiveRole: refuseRole, TakeRole: refuseRole,
		}
	}
	return console.Tenant{
		Describe:    c.describeTenant,
		EndSession:  c.issuer.EndSession,
		RevokeGrant: c.issuer.RevokeGrant,
		ExpireGrant: c.issuer.ExpireGrant,
		RotateKeys:  c.issuer.RotateKeys,
		AddUser:     func(a console.Account, password string) error { return c.issuer.AddUser(userOf(a), password) },
		ChangeUser:  func(a console.Account, password string) error { return c.issuer.ChangeUser(userOf(a), password) },
		DeleteUser:  c.issuer.DeleteUser,
		GiveRole:    c.issuer.GiveRole,
		TakeRole:    c.issuer.TakeRole,
	}
}

func userOf(a console.Account) auth0.User {
	return auth0.User{ID: a.ID, Email: a.Email, Name: a.Name, EmailVerified: a.Verified}
}

// describeTenant returns the tenant's current state, with users by their e-mail.
func (c *Cloud) describeTenant() console.TenantState {
	state := console.TenantState{URL: c.TenantURL(), Keys: c.issuer.KeyIDs()}
	for _, r := range c.issuer.Roles() {
		state.Roles = append(state.Roles, roleOf(r))
	}
	emails := map[string]string{}
	for _, u := range c.issuer.Users() {
		emails[u.ID] = u.Email
		state.Users = append(state.Users, console.Account{
			ID: u.ID, Email: u.Email, Name: u.Name, Verified: u.EmailVerified, Created: unixMilli(u.CreatedAt),
			Ready: c.issuer.IsReady(u.ID), Roles: c.issuer.RolesOf(u.ID),
		})
	}
	for _, s := range c.issuer.Sessions() {
		state.Sessions = append(state.Sessions, console.Session{
			ID: s.ID, User: emails[s.UserID], SignedIn: unixMilli(s.SignedIn), LastSeen: unixMilli(s.LastSeen),
		})
	}
	for _, g := range c.issuer.Grants() {
		state.Grants = append(state.Grants, console.Grant{
			ID: g.ID, User: emails[g.UserID], Client: g.ClientID, Audience: g.Audience, Scopes: g.Scopes,
			SignedIn: unixMilli(g.AuthTime), LastUsed: unixMilli(g.LastUsed), Refreshed: g.Refreshed, Revoked: g.Revoked, Expired: g.Expired,
		})
	}
	for _, t := range c.issuer.IssuedTokens() {
		state.Tokens = append(state.Tokens, console.Token{At: unixMilli(t.At), Kind: t.Kind, User: emails[t.UserID], Text: t.Text})
	}
	return state
}

func roleOf(r auth0.Role) console.Role {
	role := console.Role{Name: r.Name, Description: r.Description, Scopes: []string{}}
	for _, p := range r.Permissions {
		role.Scopes = append(role.Scopes, p.Scope)
	}
	return role
}

func unixMilli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
