package stack

import (
	"errors"
	"fmt"
	"maps"

	"api-auth-jwt-auth0/local/provider"
)

// Create sets the ID and the outputs of a resource, including those that its service
// computes. They are derived from its URN and its inputs, so that the same program gives
// the same graph. The error joins everything that its provider would refuse.
func (r *Resource) Create(cloud provider.Cloud) error {
	r.Outputs = maps.Clone(r.Inputs)
	row, ok := provider.Lookup(r.Type)
	if !ok {
		row = provider.Unknown(r.Type)
	}
	named := maps.Clone(r.Inputs)
	if n := row.Naming; n != nil && named[n.Property] == nil {
		name, err := n.Propose(r.Name+"-"+provider.Suffix(r.URN), named)
		if err != nil {
			return fmt.Errorf("%s: %w", r.URN, err)
		}
		named[n.Property] = name
	}
	var problems []error
	for _, p := range row.Check(named) {
		problems = append(problems, fmt.Errorf("%s: %w", r.URN, p))
	}
	var computed map[string]any
	r.ID, computed = row.Create(cloud, provider.Resource{Type: r.Type, URN: r.URN, Name: r.Name, Seed: r.URN, Inputs: named})
	for name, value := range computed {
		if _, set := r.Outputs[name]; !set {
			r.Outputs[name] = value
		}
	}
	return errors.Join(problems...)
}
