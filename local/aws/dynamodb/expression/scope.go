package expression

import (
	"maps"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// A Scope has the placeholders of one request.
type Scope struct {
	names  map[string]string
	values attribute.Item

	usedNames, usedValues map[string]bool
}

// NewScope returns the scope of a request with the given
// ExpressionAttributeNames and ExpressionAttributeValues, either of which may be
// nil.
func NewScope(names map[string]string, values attribute.Item) *Scope {
	return &Scope{names: names, values: values, usedNames: map[string]bool{}, usedValues: map[string]bool{}}
}

// Check returns an error if a placeholder is invalid.
func (s *Scope) Check() error {
	if s.names != nil && len(s.names) == 0 {
		return attribute.Refusal("ExpressionAttributeNames must not be empty")
	}
	for _, name := range slices.Sorted(maps.Keys(s.names)) {
		if !isPlaceholder(name, '#') {
			return attribute.Refuse("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", name)
		}
	}
	if s.values != nil && len(s.values) == 0 {
		return attribute.Refusal("ExpressionAttributeValues must not be empty")
	}
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		if !isPlaceholder(name, ':') {
			return attribute.Refuse("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", name)
		}
	}
	return nil
}

func isPlaceholder(text string, first byte) bool {
	return len(text) > 1 && text[0] == first && strings.IndexFunc(text[1:], func(r rune) bool { return !isWord(r) }) < 0
}

// Unused returns an error that names the placeholders that no expression used. Call it after
// all are parsed.
func (s *Scope) Unused() error {
	if unused := unusedOf(maps.Keys(s.names), s.usedNames); unused != "" {
		return attribute.Refuse("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", unused)
	}
	if unused := unusedOf(maps.Keys(s.values), s.usedValues); unused != "" {
		return attribute.Refuse("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", unused)
	}
	return nil
}

func unusedOf(names func(func(string) bool), used map[string]bool) string {
	var unused []string
	for name := range names {
		if !used[name] {
			unused = append(unused, name)
		}
	}
	slices.Sort(unused)
	return strings.Join(unused, ", ")
}
