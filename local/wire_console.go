package main

import (
	"strings"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/stack"
)

// describeAPI reads for the console what the wiring has found to be right.
func describeAPI(graph *stack.Graph, s services) console.API {
	w := &wiring{graph: graph}
	integrations := w.integrations()
	prefix := ""
	if len(s.api.Stages) > 0 && s.api.Stages[0].Name != "$default" {
		prefix = "/" + s.api.Stages[0].Name
	}
	var api console.API
	if len(s.tenant.APIs) > 0 {
		api.Audience = s.tenant.APIs[0].Identifier
	}
	names := map[string]string{}
	for _, r := range graph.Of(authorizerType) {
		names[r.ID] = r.Name
	}
	for _, r := range graph.Of(routeType) {
		in := read[routeInputs](w, r)
		method, path, found := strings.Cut(in.RouteKey, " ")
		if !found { // $default
			method, path = "ANY", "/"
		}
		api.Routes = append(api.Routes, console.Route{
			Key: in.RouteKey, Method: method, Path: prefix + path,
			Function:   s.labels[integrations[strings.TrimPrefix(in.Target, "integrations/")].function],
			Authorizer: names[in.AuthorizerID],
			Scopes:     append([]string{}, in.AuthorizationScopes...),
		})
	}
	return api
}
