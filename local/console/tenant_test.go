package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// tenant records what is done to it.
func (s *served) tenant() Tenant {
	note := func(what string) func(string) error {
		return func(id string) error {
			s.done = append(s.done, what+" "+id)
			if id == "gone" {
				return errors.New("it is not there")
			}
			return nil
		}
	}
	return Tenant{
		Describe:    func() TenantState { return TenantState{Keys: []string{"key-1"}} },
		EndSession:  note("end"),
		RevokeGrant: note("revoke"),
		ExpireGrant: note("expire"),
		RotateKeys:  func() error { return note("rotate")("") },
		AddUser: func(user Account, password string) error {
			return note("add")(fmt.Sprintf("%q %q %v %q", user.Email, user.Name, user.Verified, password))
		},
		ChangeUser: func(user Account, password string) error {
			return note("change")(fmt.Sprintf("%s %q %q %v %q", user.ID, user.Email, user.Name, user.Verified, password))
		},
		DeleteUser: note("delete"),
		GiveRole:   func(id, role string) error { return note("give " + role)(id) },
		TakeRole:   func(id, role string) error { return note("take " + role)(id) },
	}
}

func TestTenantChanges(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, test := range []struct {
		name, order string
		status      int
		want        string
	}{
		{"a session", `{"do":"end-session","id":"s"}`, 200, `"keys":["key-1"]`},
		{"a grant revoked", `{"do":"revoke","id":"g"}`, 200, `"keys":["key-1"]`},
		{"a grant expired", `{"do":"expire","id":"g"}`, 200, `"keys":["key-1"]`},
		{"the keys", `{"do":"rotate-keys"}`, 200, `"keys":["key-1"]`},
		{"a user added", `{"do":"add-user","email":"a@b.c","name":"A","password":"p","verified":true}`, 200, `"keys":["key-1"]`},
		{"a user changed", `{"do":"change-user","id":"u","email":"a@b.c","name":""}`, 200, `"keys":["key-1"]`},
		{"a user deleted", `{"do":"delete-user","id":"u"}`, 200, `"keys":["key-1"]`},
		{"a role given", `{"do":"give-role","id":"u","role":"manager"}`, 200, `"keys":["key-1"]`},
		{"a role taken", `{"do":"take-role","id":"u","role":"manager"}`, 200, `"keys":["key-1"]`},
		{"what is gone", `{"do":"revoke","id":"gone"}`, 409, "it is not there"},
		{"an unknown change", `{"do":"delete"}`, 409, "unknown change"},
		{"no JSON", `no JSON`, 400, "cannot read"},
		{"too long an order", `{"do":"` + strings.Repeat("x", 5000) + `"}`, 400, "too large"},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/tenant", test.order, s.own()...)
		if response.StatusCode != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: expected %d and %s, got %d %s", test.name, test.status, test.want, response.StatusCode, body)
		}
	}
	if want := []string{"end s", "revoke g", "expire g", "rotate ", `add "a@b.c" "A" true "p"`, `change u "a@b.c" "" false ""`, "delete u", "give manager u", "take manager u", "revoke gone"}; !slices.Equal(s.done, want) {
		t.Errorf("expected %q, got %q", want, s.done)
	}
	if response, body := s.ask(t, http.MethodPost, "/api/tenant", `{"do":"rotate-keys"}`); response.StatusCode != http.StatusForbidden {
		t.Errorf("expected a refusal without the page's headers, got %d %s", response.StatusCode, body)
	}
}
