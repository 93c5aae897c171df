package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// tenant notes what is done to it.
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
	}
}

func TestTenantIsChangedAsOrdered(t *testing.T) {
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
		{"what is gone", `{"do":"revoke","id":"gone"}`, 409, "it is not there"},
		{"an unknown order", `{"do":"delete"}`, 409, "cannot do that"},
		{"no order", `no JSON`, 400, "cannot be read"},
		{"too long an order", `{"do":"` + strings.Repeat("x", 5000) + `"}`, 400, "too large"},
	} {
		response, body := s.ask(t, http.MethodPost, "/api/tenant", test.order, s.own()...)
		if response.StatusCode != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: expected %d and %s, got %d %s", test.name, test.status, test.want, response.StatusCode, body)
		}
	}
	if want := []string{"end s", "revoke g", "expire g", "rotate ", "revoke gone"}; !slices.Equal(s.done, want) {
		t.Errorf("expected %q, got %q", want, s.done)
	}
	if response, body := s.ask(t, http.MethodPost, "/api/tenant", `{"do":"rotate-keys"}`); response.StatusCode != http.StatusForbidden {
		t.Errorf("expected a refusal without the page's headers, got %d %s", response.StatusCode, body)
	}
}
