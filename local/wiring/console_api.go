package wiring

import (
	"strings"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

// DescribeAPI returns the API for the console, from a graph that Read accepts.
func DescribeAPI(graph *stack.Graph, s Services) console.API {
	w := &wiring{graph: graph}
	integrations := w.integrations()
	prefix := ""
	if len(s.API.Stages) > 0 && s.API.Stages[0].Name != "$default" {
		prefix = "/" + s.API.Stages[0].Name
	}
	var api console.API
	if len(s.Tenant.APIs) > 0 {
		api.Audience = s.Tenant.APIs[0].Identifier
	}
	names := map[string]string{}
	for _, r := range graph.Of(provider.APIGatewayAuthorizer) {
		names[r.ID] = r.Name
	}
	for _, r := range graph.Of(provider.APIGatewayRoute) {
		in := read[routeInputs](r)
		method, path, found := strings.Cut(in.RouteKey, " ")
		if !found { // $default
			method, path = "ANY", "/"
		}
		api.Routes = append(api.Routes, console.Route{
			Key: in.RouteKey, Method: method, Path: prefix + path,
			Function:   s.Labels[integrations[strings.TrimPrefix(in.Target, "integrations/")].function],
			Authorizer: names[in.AuthorizerID],
			Scopes:     append([]string{}, in.AuthorizationScopes...),
		})
	}
	return api
}
