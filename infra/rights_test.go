package infra

import (
	"errors"
	"strings"
	"testing"
)

func testRights() Rights {
	return Rights{
		Scopes: []Scope{{Name: "read:private", Everyone: true}, {Name: "write:orders"}},
		Roles:  []Role{{Name: "order-manager", Scopes: []string{"write:orders"}}},
	}
}

func TestCheckRightsAcceptsTheTables(t *testing.T) {
	t.Parallel()
	for name, rights := range map[string]Rights{"the project's": ProjectRights(), "one role": testRights()} {
		if errs := rights.check(); len(errs) > 0 {
			t.Errorf("%s: %v", name, errors.Join(errs...))
		}
	}
}

func TestCheckRights(t *testing.T) {
	t.Parallel()
	action := Action{Name: "email-claim", Code: "exports.onExecutePostLogin = async () => {};"}
	for _, tt := range []struct {
		name    string
		change  func(*Rights)
		problem string
	}{
		{"scope that nobody could get", func(r *Rights) { r.Roles = nil }, `scope "write:orders": no token can have it`},
		{"upper-case role", func(r *Rights) { r.Roles[0].Name = "Manager" }, `role "Manager": expected a name in lower-case letters`},
		{"role that is a path", func(r *Rights) { r.Roles[0].Name = "a/b" }, `role "a/b": expected a name`},
		{"role without a name", func(r *Rights) { r.Roles[0].Name = "" }, `role "": expected a name`},
		{"long role", func(r *Rights) { r.Roles[0].Name = strings.Repeat("x", 35) }, "at most 34 characters, got 35"},
		{"role twice", func(r *Rights) { r.Roles = append(r.Roles, r.Roles[0]) }, `role "order-manager": is in Roles twice`},
		{"role without scopes", func(r *Rights) { r.Roles = append(r.Roles, Role{Name: "idle"}) }, `role "idle": gives no scope`},
		{"unknown scope", func(r *Rights) { r.Roles[0].Scopes = append(r.Roles[0].Scopes, "x") }, `gives the scope "x", which the API does not have`},
		{"scope twice", func(r *Rights) { r.Roles[0].Scopes = []string{"write:orders", "write:orders"} }, `gives the scope "write:orders" twice`},
		{"too many roles", func(r *Rights) { r.Roles = append(r.Roles, make([]Role, 1000)...) }, "1001 roles, and Auth0 allows 1000"},
		{"too many scopes", func(r *Rights) { r.Scopes = append(r.Scopes, make([]Scope, 1000)...) }, "1002 scopes, and Auth0 allows 1000"},
		{"Action without a handler", func(r *Rights) { r.Actions = []Action{{Name: "a", Code: "1"}} }, `Action "a": has no handler`},
		{"Action of the program's name", func(r *Rights) { r.Actions = []Action{{grantScopes, action.Code}} }, "there is another one of this name"},
		{"Action twice", func(r *Rights) { r.Actions = []Action{action, action} }, "there is another one of this name"},
		{"Action with a space", func(r *Rights) { r.Actions = []Action{{"a b", action.Code}} }, `Action "a b": expected a name`},
		{"long Action", func(r *Rights) { r.Actions = []Action{{"a", action.Code + strings.Repeat(" ", 90_000)}} }, "Auth0 allows 100000"},
		{"too many Actions", func(r *Rights) { r.Actions = make([]Action, 20) }, "20 Actions, and Auth0 allows 20"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rights := testRights()
			tt.change(&rights)
			err := checkRoutes([]Route{{Method: "GET", Path: "/x", Handler: "x", Authorization: Public}}, rights)
			if err == nil || !strings.Contains(err.Error(), tt.problem) || !strings.Contains(err.Error(), "infra/") {
				t.Errorf("expected %q, got %v", tt.problem, err)
			}
		})
	}
}

// TestProblemsOfRightsComeTogether: one error reports them and the problems of routes.
func TestProblemsOfRightsComeTogether(t *testing.T) {
	t.Parallel()
	rights := testRights()
	rights.Roles[0].Name, rights.Roles[0].Scopes = "A", []string{"x"}
	rights.Actions = []Action{{Name: "a"}}
	err := checkRoutes([]Route{{Method: "get", Path: "/x", Handler: "x", Authorization: Public}}, rights)
	if err == nil {
		t.Fatal("expected problems")
	}
	for _, want := range []string{`the method "get"`, `role "A": expected`, `the scope "x"`, "no token can have it", "has no handler"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("expected %q among\n%v", want, err)
		}
	}
}
