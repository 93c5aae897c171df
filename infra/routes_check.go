package infra

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Quotas of an HTTP API: routes, and scopes on one route.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	maxRoutes      = 300
	maxRouteScopes = 10
)

// routeMethods are those that an HTTP API routes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
var routeMethods = []string{"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

// handlerName matches what Lambda accepts as a part of a function's name.
var handlerName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// checkRoutes returns every problem of a route table and of the rights that it refers
// to, or nil. It is the one place for the rules of routes: API Gateway and the local
// gateway accept what it accepts (TestGatewayAgreesWithCheckRoutes).
func checkRoutes(routes []Route, rights Rights) error {
	var problems []error
	if len(routes) > maxRoutes {
		problems = append(problems, fmt.Errorf("infra/routes.go: the table has %d routes, and an HTTP API allows %d: combine some with path variables or ANY", len(routes), maxRoutes))
	}
	problem := func(r Route, err error) {
		problems = append(problems, fmt.Errorf("infra/routes.go: route %q: %w", r.Key(), err))
	}
	shapes := map[string]Route{}
	for _, r := range routes {
		for _, err := range r.check(rights.Scopes) {
			problem(r, err)
		}
		if other, found := shapes[r.shape()]; found {
			problem(r, fmt.Errorf("matches the same requests as %q: remove one", other.Key()))
		}
		shapes[r.shape()] = r
	}
	problems = append(problems, checkVariables(routes)...)
	return errors.Join(append(problems, rights.check()...)...)
}

// check reports the problems of one route of an API with these scopes.
func (r Route) check(scopes []Scope) []error {
	var problems []error
	if !slices.Contains(routeMethods, r.Method) {
		problems = append(problems, fmt.Errorf("has the method %q: expected one of %s", r.Method, strings.Join(routeMethods, ", ")))
	}
	if _, err := parsePath(r.Path); err != nil {
		problems = append(problems, err)
	}
	switch {
	case r.Handler == "":
		problems = append(problems, errors.New("has no handler: set Handler to the name of a folder under lambdas/"))
	case !handlerName.MatchString(r.Handler):
		problems = append(problems, fmt.Errorf("names the handler %q: expected letters, digits, dashes and underscores; rename its folder under lambdas/", r.Handler))
	case len(r.Handler) > maxShortName:
		problems = append(problems, fmt.Errorf("names the handler %q: expected at most %d characters, since AWS limits the function's name, which starts with the project and the stack; rename its folder under lambdas/", r.Handler, maxShortName))
	}
	return append(problems, r.checkAuthorization(scopes)...)
}

func (r Route) checkAuthorization(scopes []Scope) []error {
	var problems []error
	switch {
	case r.Authorization != Public && r.Authorization != JWT:
		problems = append(problems, errors.New("has no authorization: set Authorization to Public or JWT"))
	case r.Authorization == Public && len(r.Scopes) > 0:
		problems = append(problems, errors.New("is public, so its scopes would never be checked: remove Scopes, or set Authorization to JWT"))
	case r.Authorization == JWT && len(r.Scopes) == 0:
		problems = append(problems, errors.New("has no scope, so an ID token would be accepted: set Scopes to one of Scopes in this file"))
	case len(r.Scopes) > maxRouteScopes:
		problems = append(problems, fmt.Errorf("has %d scopes, and API Gateway allows %d: remove some", len(r.Scopes), maxRouteScopes))
	}
	for _, scope := range r.Scopes {
		if !hasScope(scopes, scope) {
			problems = append(problems, fmt.Errorf("needs the scope %q, which the API does not have: add it to Scopes in this file", scope))
		}
	}
	return problems
}

// checkVariables reports variables with different names at the same position, for
// any methods: API Gateway answers 409, "conflicting variable on the same
// hierarchical level". Greedy variables do not count: {id} and {proxy+} may be at
// the same position.
// https://github.com/JiscSD/octopus/pull/577
func checkVariables(routes []Route) []error {
	var problems []error
	type use struct {
		name  string
		route Route
	}
	first := map[string]use{} // by the shape of the path before the variable
	for _, r := range routes {
		before := ""
		for _, s := range r.segments() {
			if s.kind == variable {
				other, found := first[before]
				if found && other.name != s.text {
					problems = append(problems, fmt.Errorf("infra/routes.go: route %q: has {%s} where %q has {%s}, which API Gateway refuses: give both the same name",
						r.Key(), s.text, other.route.Key(), other.name))
				} else if !found {
					first[before] = use{s.text, r}
				}
			}
			before += "/" + s.mark()
		}
	}
	return problems
}

// warnRefusedPreflights warns of routes that pages of the development origins
// cannot call at the API's own endpoint: a browser's preflight has no token, and a
// route for any method includes OPTIONS.
// https://repost.aws/questions/QUa05IJrBaSGKwB16CI_IcBw/jwt-authorizers-and-cors-why-does-the-options-proxy-need-an-integration-attached
func warnRefusedPreflights(ctx *pulumi.Context, cfg Config, routes []Route) error {
	if len(cfg.DevelopmentOrigins) == 0 {
		return nil
	}
	for _, key := range refusedPreflights(routes) {
		err := ctx.Log.Warn(fmt.Sprintf("infra/routes.go: route %q: its authorizer refuses the preflights of the developmentOrigins, which have no token: "+
			"list the methods instead of ANY. The site itself sends no preflights", key), nil)
		if err != nil {
			return err
		}
	}
	return nil
}

// refusedPreflights returns the keys of the routes that require a token for preflights.
func refusedPreflights(routes []Route) []string {
	var keys []string
	for _, r := range routes {
		asks := r.Authorization == JWT && (r.Method == "ANY" || r.Method == "OPTIONS")
		own := Route{Method: "OPTIONS", Path: r.Path}.shape()
		answered := r.Method == "ANY" && slices.ContainsFunc(routes, func(o Route) bool { return o.shape() == own })
		if asks && !answered {
			keys = append(keys, r.Key())
		}
	}
	return keys
}
