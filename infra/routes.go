package infra

import "slices"

// Routes is the API's route table. To add an endpoint, write its handler in a
// folder under lambdas/ and its line here.
var Routes = []Route{
	{Method: "GET", Path: "/public", Handler: "public", Authorization: Public},
	{Method: "GET", Path: "/private", Handler: "private", Authorization: JWT, Scopes: []string{"read:private"}},
}

// Scopes are the permissions that clients can request, with the text that Auth0
// shows to people. Each belongs to everyone or to a role.
var Scopes = []Scope{
	{Name: "read:private", Description: "Read the private greeting", Everyone: true},
}

// Roles are assigned to people by the administrator of the Auth0 tenant. A role is a line
// such as
//
//	{Name: "order-manager", Description: "Manages orders", Scopes: []string{"write:orders"}},
var Roles = []Role{
	// none
}

// A Route sends requests of one method and path to one handler.
type Route struct {
	// Method is an HTTP method in upper case, or "ANY".
	Method string
	// Path is the path below the stage: "/public", "/orders/{id}",
	// "/files/{proxy+}". All routes use the same name for the variable at one
	// position. To rename one that several routes share, remove the others for one
	// deployment: API Gateway compares each changed route with the rest.
	Path string
	// Handler is the name of a folder under lambdas/.
	Handler string
	// Authorization is who may call the route. It has no default: each route must set it.
	Authorization Authorization
	// Scopes are the scopes of which a token must have at least one. A JWT route needs some:
	// otherwise the authorizer would also accept an ID token, which identifies a user but was
	// not issued for the API.
	Scopes []string
}

// A Scope is one permission of the API.
type Scope struct {
	Name, Description string
	// Everyone gives the scope to all people who can sign in, which includes those who
	// sign up. Any other scope must be in a role.
	Everyone bool
}

// Authorization is who may call a route, as API Gateway spells it.
type Authorization string

const (
	// Public deliberately allows everyone to call.
	Public Authorization = "NONE"
	// JWT requires a valid access token for the stack's audience.
	JWT Authorization = "JWT"
)

// Key is the route's key in API Gateway, such as "GET /public".
func (r Route) Key() string { return r.Method + " " + r.Path }

// handlerNames returns the distinct handlers of routes, sorted.
func handlerNames(routes []Route) []string {
	var names []string
	for _, r := range routes {
		names = append(names, r.Handler)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// methods returns the distinct methods of routes, sorted. API Gateway's ANY is "*" in CORS.
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
