package console

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Tenant is how the page reads and changes the tenant. It shows the errors of these
// functions.
type Tenant struct {
	Describe    func() TenantState
	EndSession  func(id string) error
	RevokeGrant func(id string) error
	ExpireGrant func(id string) error
	RotateKeys  func() error
	// AddUser, ChangeUser and DeleteUser manage accounts. A change with an empty
	// password keeps the current one.
	AddUser    func(Account, string) error
	ChangeUser func(Account, string) error
	DeleteUser func(id string) error
	// GiveRole and TakeRole change the roles of a user, by the user's ID.
	GiveRole, TakeRole func(id, role string) error
}

// TenantState is the state of the tenant. Times are in milliseconds since 1970, 0
// for none.
type TenantState struct {
	URL      string    `json:"url"`
	Users    []Account `json:"users"`
	Sessions []Session `json:"sessions"`
	Grants   []Grant   `json:"grants"`
	Tokens   []Token   `json:"tokens"`
	Keys     []string  `json:"keys"` // IDs, the one that signs first
	Roles    []Role    `json:"roles"`
}

// Role gives scopes to the users who have it.
type Role struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Scopes      []string `json:"scopes"`
}

// Account is a person who can sign in.
type Account struct {
	ID       string   `json:"id"`
	Email    string   `json:"email"`
	Name     string   `json:"name"`
	Verified bool     `json:"verified"` // the e-mail
	Created  int64    `json:"created"`
	Ready    bool     `json:"ready"` // a ready user, of whom only the roles can be changed
	Roles    []string `json:"roles"` // by name
}

// Session is a browser that is signed in.
type Session struct {
	ID       string `json:"id"`
	User     string `json:"user"`
	SignedIn int64  `json:"signedIn"`
	LastSeen int64  `json:"lastSeen"`
}

// Grant is what a sign-in allowed a client.
type Grant struct {
	ID        string   `json:"id"`
	User      string   `json:"user"`
	Client    string   `json:"client"`
	Audience  string   `json:"audience"`
	Scopes    []string `json:"scopes"`
	SignedIn  int64    `json:"signedIn"`
	LastUsed  int64    `json:"lastUsed"`
	Refreshed int      `json:"refreshed"`
	Revoked   bool     `json:"revoked"`
	Expired   bool     `json:"expired"`
}

// Token is a token that was issued, without its signature.
type Token struct {
	At   int64  `json:"at"`
	Kind string `json:"kind"`
	User string `json:"user"`
	Text string `json:"text"`
}

func (t Tenant) complete() bool {
	return t.Describe != nil && t.EndSession != nil && t.RevokeGrant != nil && t.ExpireGrant != nil && t.RotateKeys != nil &&
		t.AddUser != nil && t.ChangeUser != nil && t.DeleteUser != nil && t.GiveRole != nil && t.TakeRole != nil
}

func (c *Console) serveTenant(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, c.tenant.Describe())
}

// tenantChange is one change of the tenant. ID is what is changed; the other fields
// are for users.
type tenantChange struct {
	Do, ID                string
	Email, Name, Password string
	Verified              bool
	Role                  string // of give-role and take-role
}

// serveTenantChange applies one change to the tenant and answers with its new
// state.
func (c *Console) serveTenantChange(w http.ResponseWriter, r *http.Request) {
	var asked tenantChange
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&asked); err != nil {
		problem(w, http.StatusBadRequest, "cannot read the request: "+err.Error())
		return
	}
	if err := c.tenant.do(asked); err != nil {
		problem(w, http.StatusConflict, err.Error())
		return
	}
	reply(w, http.StatusOK, c.tenant.Describe())
}

func (t Tenant) do(o tenantChange) error {
	user := Account{ID: o.ID, Email: o.Email, Name: o.Name, Verified: o.Verified}
	switch o.Do {
	case "end-session":
		return t.EndSession(o.ID)
	case "revoke":
		return t.RevokeGrant(o.ID)
	case "expire":
		return t.ExpireGrant(o.ID)
	case "rotate-keys":
		return t.RotateKeys()
	case "add-user":
		return t.AddUser(user, o.Password)
	case "change-user":
		return t.ChangeUser(user, o.Password)
	case "delete-user":
		return t.DeleteUser(o.ID)
	case "give-role":
		return t.GiveRole(o.ID, o.Role)
	case "take-role":
		return t.TakeRole(o.ID, o.Role)
	}
	return fmt.Errorf("unknown change %q of the tenant", o.Do)
}
