package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Cloud is the region and the hosts in which resources are created.
type Cloud struct {
	Region string
	// Site and API take the place of the host names that CloudFront and API
	// Gateway would give; empty for such host names.
	Site, API string
	// Domain takes the place of a domain's own name in what a record returns
	// that leads to the distribution; empty for that name.
	Domain string
	// ClientID takes the place of the client ID that Auth0 would give an
	// application; empty for one that is made up.
	ClientID string
}

// A Resource is what a service hears of a resource when it creates it.
type Resource struct {
	Type string // such as IAMRole
	URN  string
	Name string // the logical one
	// Seed is what the values are made of that a service makes up. Equal
	// seeds give equal values.
	Seed string
	// Inputs hold strings, float64s, bools, []any, map[string]any and, for
	// files, what the caller keeps them in.
	Inputs map[string]any
}

// A Type is one row of the table.
type Type struct {
	Token string
	// Inert types have no effect on one machine: the local cloud serves every
	// other type.
	Inert bool
	// Global types are the same in every region.
	Global bool
	// inputs is the object of the properties that may be set.
	inputs rule
	// Secrets are the outputs that the engine must encrypt.
	Secrets []string
	// Naming is how the type is named where the program gives no name; nil for
	// a type without a name of its own.
	Naming *Naming
	// Refs are the inputs that must name something that exists, with its type.
	Refs map[string]string
	// Overwrites says that creating one that exists replaces it.
	Overwrites bool
	create     creator
}

// A creator returns a resource's physical id and the outputs that its service
// computes.
type creator func(c Cloud, r Resource) (id string, computed map[string]any)

// Lookup finds the row of a type.
func Lookup(token string) (Type, bool) {
	row, ok := aws[token]
	if !ok {
		row, ok = auth0[token]
	}
	row.Token = token
	return row, ok
}

// Types returns all rows, in the order of their tokens.
func Types() []Type {
	var rows []Type
	for _, table := range []map[string]Type{aws, auth0} {
		for token, row := range table {
			row.Token = token
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b Type) int { return strings.Compare(a.Token, b.Token) })
	return rows
}

// Create returns a resource's physical id and its outputs: the computed values,
// and over them what the program has set.
func (t Type) Create(c Cloud, r Resource) (id string, outputs map[string]any) {
	id, outputs = t.create(c, r)
	if outputs == nil {
		outputs = map[string]any{}
	}
	maps.Copy(outputs, r.Inputs)
	return id, outputs
}

// Replaces reports whether another value of an input replaces the resource.
func (t Type) Replaces(input string) bool {
	_, marks, _ := t.inputs.fields.find(input)
	return strings.Contains(marks, "^")
}

// An InputError is one input that a provider or a service refuses.
type InputError struct {
	Property string // a path, such as "rules[0].expiration.date"
	Reason   string
}

// Error names the property; the caller adds the resource.
func (e InputError) Error() string { return fmt.Sprintf("property %q: %s", e.Property, e.Reason) }

// Check returns what is wrong with a resource's inputs. Values that are not
// known yet are nil, and pass.
func (t Type) Check(inputs map[string]any) []InputError { return t.inputs.refuse("", inputs) }
