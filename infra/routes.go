package infra

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Routes is the API's route table. To add an endpoint, write its handler in a
// folder under lambdas/ and its line here.
var Routes = []Route{
	{Method: "GET", Path: "/public", Handler: "public", Authorization: Public},
	{Method: "GET", Path: "/private", Handler: "private", Authorization: JWT, Scopes: []string{"read:private"}},
}

// Scopes are the permissions that clients can ask of the API, with the text
// that Auth0 shows people for each.
var Scopes = []Scope{
	{Name: "read:private", Description: "Read the private greeting"},
}

// A Route sends requests of one method and path to one handler.
type Route struct {
	// Method is an HTTP method in upper case, or "ANY".
	Method string
	// Path is the path below the stage: "/public", "/orders/{id}",
	// "/files/{proxy+}".
	Path string
	// Handler is the name of a folder under lambdas/.
	Handler string
	// Authorization says who may call. It has no default: each route states it.
	Authorization Authorization
	// Scopes are the scopes of which a token must hold at least one. A JWT
	// route needs some: without, the authorizer would accept an ID token as
	// well, which proves who somebody is but was not issued for the API.
	Scopes []string
}

// A Scope is one permission of the API.
type Scope struct{ Name, Description string }

// Authorization says who may call a route, in API Gateway's own words.
type Authorization string

const (
	// Public lets everybody call, on purpose.
	Public Authorization = "NONE"
	// JWT demands a valid access token of the stack's audience.
	JWT Authorization = "JWT"
)

// Key is the route's key in API Gateway, such as "GET /public".
func (r Route) Key() string { return r.Method + " " + r.Path }

// name is the route's logical name, such as "get-orders-id".
func (r Route) name() string {
	words := strings.FieldsFunc(r.Key(), func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9')
	})
	return strings.ToLower(strings.Join(words, "-"))
}

// handlerNames are the distinct handlers of routes, sorted.
func handlerNames(routes []Route) []string {
	var names []string
	for _, r := range routes {
		names = append(names, r.Handler)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// methods are the distinct methods of routes, sorted. API Gateway's ANY is
// CORS's "*".
func methods(routes []Route) []string {
	var all []string
	for _, r := range routes {
		if r.Method == "ANY" {
			return []string{"*"}
		}
		all = append(all, r.Method)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// maxRouteScopes is API Gateway's quota of scopes on one route.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const maxRouteScopes = 10

// checkRoutes reports every problem of a route table, or nil.
func checkRoutes(routes []Route) error {
	var problems []error
	seen := map[string]bool{}
	for _, r := range routes {
		problem := func(format string, args ...any) {
			problems = append(problems, fmt.Errorf("infra/routes.go: route %q: %s", r.Key(), fmt.Sprintf(format, args...)))
		}
		if seen[r.name()] {
			problem("stands twice in the table, or differs from another route in punctuation only")
		}
		seen[r.name()] = true
		if r.Method != strings.ToUpper(r.Method) || r.Method == "" {
			problem("expected a method in upper case, or ANY")
		}
		if !strings.HasPrefix(r.Path, "/") {
			problem("expected a path that starts with a slash")
		}
		if name := repeatedVariable(r.Path); name != "" {
			problem("has the variable %s twice", name)
		}
		if r.Handler == "" {
			problem("names no handler: set Handler to the name of a folder under lambdas/")
		}
		if len(r.Handler) > maxShortName {
			problem("names the handler %q: with the stack before it, the function's name would be longer than AWS takes; expected at most %d characters", r.Handler, maxShortName)
		}
		for _, err := range checkAuthorization(r) {
			problem("%v", err)
		}
	}
	return errors.Join(problems...)
}

var pathVariable = regexp.MustCompile(`\{[^}]*\}`)

// repeatedVariable is a variable that a path has twice, which API Gateway
// refuses, or empty.
func repeatedVariable(path string) string {
	seen := map[string]bool{}
	for _, name := range pathVariable.FindAllString(path, -1) {
		if seen[name] {
			return name
		}
		seen[name] = true
	}
	return ""
}

func checkAuthorization(r Route) []error {
	var problems []error
	switch {
	case r.Authorization != Public && r.Authorization != JWT:
		problems = append(problems, errors.New("states no authorization: set Authorization to Public or JWT"))
	case r.Authorization == Public && len(r.Scopes) > 0:
		problems = append(problems, errors.New("is public, so its scopes would never be checked: remove Scopes, or set Authorization to JWT"))
	case r.Authorization == JWT && len(r.Scopes) == 0:
		problems = append(problems, errors.New("has no scope, so an ID token would pass: set Scopes to one of Scopes in this file"))
	case len(r.Scopes) > maxRouteScopes:
		problems = append(problems, fmt.Errorf("has %d scopes, and API Gateway takes %d", len(r.Scopes), maxRouteScopes))
	}
	for _, scope := range r.Scopes {
		if !slices.ContainsFunc(Scopes, func(s Scope) bool { return s.Name == scope }) {
			problems = append(problems, fmt.Errorf("needs the scope %q, which the API does not have: add it to Scopes in this file", scope))
		}
	}
	return problems
}
