package program

import (
	"errors"
	"fmt"
	"maps"

	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

// create gives a resource its id and returns the outputs that its service
// computes. Its values follow from its URN and its inputs, so that the same
// program gives the same graph.
func (m *monitor) create(r *stack.Resource) (computed map[string]any, err error) {
	row, ok := provider.Lookup(r.Type)
	if !ok {
		return nil, fmt.Errorf("the local cloud does not know the resource type %s of %s: add a row to local/provider", r.Type, r.URN)
	}
	named := maps.Clone(r.Inputs)
	if n := row.Naming; n != nil && named[n.Property] == nil {
		name, err := n.Propose(r.Name + "-" + provider.Suffix(r.URN))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.URN, err)
		}
		named[n.Property] = name
	}
	var problems []error
	for _, p := range row.Check(named) {
		problems = append(problems, fmt.Errorf("%s: %w", r.URN, p))
	}
	r.ID, computed = row.Create(m.cloud, provider.Resource{Type: r.Type, URN: r.URN, Name: r.Name, Seed: r.URN, Inputs: named})
	return computed, errors.Join(problems...)
}
