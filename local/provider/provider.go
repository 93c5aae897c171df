package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Cloud is where resources are created: a region and, for the local cloud, its host
// names.
type Cloud struct {
	Region string
	// Site and API replace the host names that CloudFront and API Gateway would
	// assign, unless they are empty.
	Site, API string
	// AWS replaces the origin of the services that handlers call, unless it is empty.
	AWS string
	// Broker is the address of the stand-in for AWS IoT Core; empty for none.
	Broker string
	// Domain replaces the domain's name in the outputs of a record that points to
	// the distribution, unless it is empty.
	Domain string
	// ClientID replaces the client ID that Auth0 would assign to an application,
	// unless it is empty.
	ClientID string
}

// A Resource is a resource to create.
type Resource struct {
	Type string // such as IAMRole
	URN  string
	Name string // the logical name
	// Seed determines the values that a service generates: equal seeds give equal
	// values.
	Seed string
	// Inputs have values of type string, float64, bool, []any, map[string]any and,
	// for files, of a type of the caller.
	Inputs map[string]any
}

// A Type is one row of the table.
type Type struct {
	Token string
	// Inert types have no effect in the local cloud, which serves all others.
	Inert bool
	// Global types are the same in every region.
	Global bool
	// inputs is the rule of the properties that may be set.
	inputs rule
	// Secrets are the names of the outputs that the engine must encrypt.
	Secrets []string
	// Naming determines the name of a resource if the program sets none. It is nil
	// for a type without names.
	Naming *Naming
	// Refs are the inputs that must name an existing resource, with its type.
	Refs map[string]string
	// Overwrites means that creating an existing resource replaces it.
	Overwrites bool
	create     creator
}

// A creator returns a resource's physical ID and the outputs that its service
// computes.
type creator func(c Cloud, r Resource) (id string, computed map[string]any)

// tables are all rows.
var tables = []map[string]Type{aws, auth0, handlerResources}

// Lookup returns the row of a type, and whether there is one.
func Lookup(token string) (Type, bool) {
	for _, table := range tables {
		if row, ok := table[token]; ok {
			row.Token = token
			return row, true
		}
	}
	return Type{}, false
}

// Unknown returns a row for a type that is in no table. It is inert, accepts every
// property, and has a name and an ARN, as most resources of AWS have.
func Unknown(token string) Type {
	return Type{Token: token, Inert: true, inputs: anything, create: createUnknown(token)}
}

// Types returns all rows, in the order of their tokens.
func Types() []Type {
	var rows []Type
	for _, table := range tables {
		for token, row := range table {
			row.Token = token
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b Type) int { return strings.Compare(a.Token, b.Token) })
	return rows
}

// Create returns a resource's physical ID and its outputs: the computed values,
// overridden by the program's inputs.
func (t Type) Create(c Cloud, r Resource) (id string, outputs map[string]any) {
	id, outputs = t.create(c, r)
	if outputs == nil {
		outputs = map[string]any{}
	}
	maps.Copy(outputs, r.Inputs)
	return id, outputs
}

// Replaces reports whether a change of an input replaces the resource.
func (t Type) Replaces(input string) bool {
	_, marks, _ := t.inputs.fields.find(input)
	return strings.Contains(marks, "^")
}

// An InputError is an input that a provider or a service refuses.
type InputError struct {
	Property string // a path, such as "rules[0].expiration.date"
	Reason   string
}

// Error names the property; the caller adds the resource.
func (e InputError) Error() string { return fmt.Sprintf("property %q: %s", e.Property, e.Reason) }

// Check returns the errors of a resource's inputs. Values that are not known yet
// are nil, and pass.
func (t Type) Check(inputs map[string]any) []InputError { return t.inputs.validate("", inputs) }
