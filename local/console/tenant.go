package console

import (
	"encoding/json"
	"errors"
	"net/http"
)

// Tenant is how the page looks at the tenant and changes it. The errors of its
// functions are shown.
type Tenant struct {
	Describe    func() TenantState
	EndSession  func(id string) error
	RevokeGrant func(id string) error
	ExpireGrant func(id string) error
	RotateKeys  func() error
	// AddUser, ChangeUser and DeleteUser keep accounts. A change without a password
	// keeps the one that is there.
	AddUser    func(Account, string) error
	ChangeUser func(Account, string) error
	DeleteUser func(id string) error
}

// TenantState is what the tenant knows. Times are in milliseconds since 1970, 0
// for none.
type TenantState struct {
	URL      string    `json:"url"`
	Users    []Account `json:"users"`
	Sessions []Session `json:"sessions"`
	Grants   []Grant   `json:"grants"`
	Tokens   []Token   `json:"tokens"`
	Keys     []string  `json:"keys"` // IDs, the one that signs first
}

// Account is a person who can sign in.
type Account struct {
	ID       string `json:"id"`
	Email    string `json:"email"`
	Name     string `json:"name"`
	Verified bool   `json:"verified"` // the e-mail
	Created  int64  `json:"created"`
	Ready    bool   `json:"ready"` // comes from the configuration and cannot be changed
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
		t.AddUser != nil && t.ChangeUser != nil && t.DeleteUser != nil
}

func (c *Console) serveTenant(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, c.tenant.Describe())
}

// order is one change of the tenant. ID names what is changed; the rest is of a
// user.
type order struct {
	Do, ID                string
	Email, Name, Password string
	Verified              bool
}

// serveTenantChange does one thing to the tenant and answers with its new state.
func (c *Console) serveTenantChange(w http.ResponseWriter, r *http.Request) {
	var asked order
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&asked); err != nil {
		problem(w, http.StatusBadRequest, "the order cannot be read: "+err.Error())
		return
	}
	if err := c.tenant.do(asked); err != nil {
		problem(w, http.StatusConflict, err.Error())
		return
	}
	reply(w, http.StatusOK, c.tenant.Describe())
}

func (t Tenant) do(o order) error {
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
	}
	return errors.New("the tenant cannot do that")
}
