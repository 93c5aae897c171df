package wiring

import (
	"slices"
	"testing"

	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

func TestPlan(t *testing.T) {
	t.Parallel()
	route := func(name string, input string) *stack.Resource {
		return &stack.Resource{URN: "urn::" + name, Type: provider.APIGatewayRoute, Name: name, Inputs: map[string]any{"routeKey": input}}
	}
	before := &stack.Graph{Resources: []*stack.Resource{route("a", "1"), route("b", "1"), route("c", "1")}}
	after := &stack.Graph{Resources: []*stack.Resource{route("b", "2"), route("c", "1"), route("d", "1"), {URN: "urn::component", Component: true}}}
	if got, want := Plan(before, after), []string{"- Route a", "~ Route b", "+ Route d"}; !slices.Equal(got, want) {
		t.Errorf("expected %q, got %q", want, got)
	}
}
