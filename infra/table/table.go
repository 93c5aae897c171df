// Package table declares DynamoDB tables that handlers use. They are billed by request and
// encrypted. In a protected stack they cannot be deleted, and can be restored to any second
// of the last 35 days.
package table

import (
	"errors"
	"fmt"
	"slices"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/naming"
)

// A Table is a table for handlers. Its methods for uses and events are called in
// infra/resources.go.
type Table struct {
	name      string
	keys      []attribute // the partition key, and the sort key if it has one
	indexes   []index
	expiresAt string // the attribute with the time at which an item expires
	problems  []error
}

type attribute struct {
	name string
	kind string // of keys: "S", "N" or "B"
}

type index struct {
	name string
	keys []attribute
}

// New declares a table. It needs a Key. Its name is in the environment variable <NAME>_TABLE
// of the handlers that use it.
func New(name string, options ...Option) *Table {
	t := &Table{name: name}
	for _, option := range options {
		option(t)
	}
	return t
}

// An Option is a part of a table's declaration.
type Option func(*Table)

// Key sets the partition key, and the sort key if there is a second name. Keys are
// strings, unless the name ends with ":N" (a number) or ":B" (binary).
// It cannot be changed later without replacing the table.
func Key(names ...string) Option {
	return func(t *Table) {
		if t.keys != nil {
			t.problem("has two keys: remove a table.Key")
		}
		t.keys = t.keysOf("table.Key", names)
	}
}

// Index adds a global secondary index with all attributes: another partition key, and sort
// key, by which Query finds items. Names have the form of Key's.
func Index(name string, keys ...string) Option {
	return func(t *Table) {
		t.indexes = append(t.indexes, index{name: name, keys: t.keysOf("table.Index "+name, keys)})
	}
}

// ExpiresAt names the attribute with the time, in seconds since 1970, after which an item may
// be deleted.
func ExpiresAt(name string) Option {
	return func(t *Table) { t.expiresAt = name }
}

// keysOf parses the names of one or two key attributes.
func (t *Table) keysOf(where string, names []string) (keys []attribute) {
	if len(names) < 1 || len(names) > 2 {
		t.problem("%s has %d names: expected that of a partition key, and optionally of a sort key", where, len(names))
	}
	for _, name := range names {
		key := attribute{name: name, kind: "S"}
		if n := len(name) - 2; n > 0 && slices.Contains([]string{":S", ":N", ":B"}, name[n:]) {
			key = attribute{name: name[:n], kind: name[n+1:]}
		}
		// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Limits.html
		if len(key.name) < 1 || len(key.name) > 255 {
			t.problem("%s: expected names of 1 to 255 bytes, got %q", where, name)
		}
		keys = append(keys, key)
	}
	return keys
}

func (t *Table) problem(format string, args ...any) {
	t.problems = append(t.problems, fmt.Errorf(format, args...))
}

func (t *Table) variable() string { return naming.Variable(t.name) + "_TABLE" }

// Declaration implements kind.Resource.
func (t *Table) Declaration() kind.Declaration {
	d := kind.Declaration{Kind: "table", Name: t.name, Variables: []string{t.variable()}}
	d.Problems = slices.Concat(t.problems, t.checkIndexes(), t.checkTypes())
	if err := kind.CheckName(t.name); err != nil {
		d.Problems = append(d.Problems, err)
	}
	if t.keys == nil {
		d.Problems = append(d.Problems, errors.New(`has no key: add table.Key("id")`))
	}
	return d
}

// maxIndexes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const maxIndexes = 20

func (t *Table) checkIndexes() (problems []error) {
	if len(t.indexes) > maxIndexes {
		problems = append(problems, fmt.Errorf("has %d indexes, and DynamoDB allows %d: remove some", len(t.indexes), maxIndexes))
	}
	seen := map[string]bool{}
	for _, i := range t.indexes {
		// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html
		if !indexName.MatchString(i.name) {
			problems = append(problems, fmt.Errorf("expected an index's name of 3 to 255 letters, digits, dots, dashes and underscores, got %q: rename it", i.name))
		}
		if seen[i.name] {
			problems = append(problems, fmt.Errorf("has two indexes named %q: rename one", i.name))
		}
		seen[i.name] = true
	}
	return problems
}

// checkTypes reports a key attribute with two types: DynamoDB defines each once.
func (t *Table) checkTypes() (problems []error) {
	types := map[string]string{}
	for _, key := range t.allKeys() {
		if other := types[key.name]; other != "" && other != key.kind {
			problems = append(problems, fmt.Errorf("has the key %s as %s and as %s: write it with the same type everywhere", key.name, other, key.kind))
		}
		types[key.name] = key.kind
	}
	if kind := types[t.expiresAt]; kind != "" && kind != "N" {
		problems = append(problems, fmt.Errorf("expires at %s, which is a key of type %s: DynamoDB reads a number of seconds; use another attribute", t.expiresAt, kind))
	}
	return problems
}

// allKeys returns the key attributes of the table and its indexes.
func (t *Table) allKeys() []attribute {
	all := slices.Clone(t.keys)
	for _, i := range t.indexes {
		all = append(all, i.keys...)
	}
	return all
}
