package infra

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Limits of Auth0: roles in a tenant, scopes of an API, Actions of a trigger, and bytes of
// an Action, 10,000 of which are reserved for the constants of the stack.
// https://auth0.com/docs/troubleshoot/customer-support/operational-policies/entity-limit-policy
// https://auth0.com/docs/customize/actions/limitations
const (
	maxRoles       = 1000
	maxScopes      = 1000
	maxActions     = 20
	maxActionBytes = 100_000
)

// scopeName is a scope token.
// https://www.rfc-editor.org/rfc/rfc6749#section-3.3
var scopeName = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]+$`)

// rightName matches the names of roles and Actions, which are parts of names in Auth0.
var rightName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check returns all problems of the rights.
func (r Rights) check() []error {
	problems := checkScopes(r.Scopes)
	problems = append(problems, r.checkRoles()...)
	problems = append(problems, r.checkHolders()...)
	return append(problems, r.checkActions()...)
}

func checkScopes(scopes []Scope) []error {
	var problems []error
	if len(scopes) > maxScopes {
		problems = append(problems, fmt.Errorf("infra/routes.go: there are %d scopes, and Auth0 allows %d for an API: remove some", len(scopes), maxScopes))
	}
	seen := map[string]bool{}
	for _, s := range scopes {
		if !scopeName.MatchString(s.Name) {
			problems = append(problems, fmt.Errorf("infra/routes.go: scope %q: expected printable characters without spaces, quotes and backslashes, such as read:orders", s.Name))
		}
		if seen[s.Name] {
			problems = append(problems, fmt.Errorf("infra/routes.go: scope %q: is in Scopes twice: remove one", s.Name))
		}
		seen[s.Name] = true
	}
	return problems
}

func (r Rights) checkRoles() []error {
	var problems []error
	if len(r.Roles) > maxRoles {
		problems = append(problems, fmt.Errorf("infra/routes.go: there are %d roles, and Auth0 allows %d in a tenant: remove some", len(r.Roles), maxRoles))
	}
	seen := map[string]bool{}
	for _, role := range r.Roles {
		for _, err := range role.check(r.Scopes) {
			problems = append(problems, fmt.Errorf("infra/routes.go: role %q: %w", role.Name, err))
		}
		if seen[role.Name] {
			problems = append(problems, fmt.Errorf("infra/routes.go: role %q: is in Roles twice: remove one", role.Name))
		}
		seen[role.Name] = true
	}
	return problems
}

// check reports the problems of one role of an API with these scopes.
func (r Role) check(scopes []Scope) []error {
	problems := checkName(r.Name, "order-manager")
	if len(r.Scopes) == 0 {
		problems = append(problems, fmt.Errorf("gives no scope: list some of Scopes in this file, or remove the role"))
	}
	for i, scope := range r.Scopes {
		if slices.Contains(r.Scopes[:i], scope) {
			problems = append(problems, fmt.Errorf("gives the scope %q twice: remove one", scope))
		} else if !hasScope(scopes, scope) {
			problems = append(problems, fmt.Errorf("gives the scope %q, which the API does not have: add it to Scopes in this file", scope))
		}
	}
	return problems
}

func checkName(name, example string) []error {
	if !rightName.MatchString(name) {
		return []error{fmt.Errorf("expected a name in lower-case letters, digits and dashes, such as %s", example)}
	}
	if len(name) > maxShortName {
		return []error{fmt.Errorf("expected a name of at most %d characters, got %d", maxShortName, len(name))}
	}
	return nil
}

// checkHolders reports scopes that no token could have.
func (r Rights) checkHolders() []error {
	var problems []error
	for _, s := range r.Scopes {
		inRole := slices.ContainsFunc(r.Roles, func(role Role) bool { return slices.Contains(role.Scopes, s.Name) })
		if !s.Everyone && !inRole {
			problems = append(problems, fmt.Errorf("infra/routes.go: scope %q: no token can have it: set Everyone, or list it in one of Roles", s.Name))
		}
	}
	return problems
}

func (r Rights) checkActions() []error {
	var problems []error
	problem := func(a Action, format string, args ...any) {
		problems = append(problems, fmt.Errorf("infra/actions.go: Action %q: %w", a.Name, fmt.Errorf(format, args...)))
	}
	if len(r.Actions) >= maxActions {
		problems = append(problems, fmt.Errorf("infra/actions.go: there are %d Actions, and Auth0 allows %d per trigger, one of them reserved for roles: combine some", len(r.Actions), maxActions))
	}
	seen := map[string]bool{grantScopes: true}
	for _, a := range r.Actions {
		for _, err := range checkName(a.Name, "email-claim") {
			problem(a, "%w", err)
		}
		if seen[a.Name] {
			problem(a, "there is another one of this name: give it another")
		}
		seen[a.Name] = true
		if !strings.Contains(a.Code, "onExecutePostLogin") {
			problem(a, "has no handler: assign exports.onExecutePostLogin")
		}
		if len(a.Code) > maxActionBytes-10_000 {
			problem(a, "its code has %d bytes, and Auth0 allows %d with the constants of the stack: shorten it", len(a.Code), maxActionBytes)
		}
	}
	return problems
}
