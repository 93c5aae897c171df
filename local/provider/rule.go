package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A rule determines which values of one property are accepted. It also refuses, in the
// plan, what only the service would refuse, during deployment.
//
// A value is a string, a float64, a bool, a list, a map, the caller's type for a file,
// or nil for a value that is not known yet, which is always accepted.
type rule struct {
	free       bool // accepts any string
	check      func(value any) error
	items      *rule       // of a list
	fields     fields      // of an object
	conditions []condition // on an object's fields together
}

// fields are an object's rules by name. A "!" after the name means that the field
// is required, a "^" that changing it replaces the resource.
type fields map[string]rule

// find returns the rule of a name, and the marks after it.
func (f fields) find(name string) (r rule, marks string, known bool) {
	for _, marks := range []string{"", "!", "^", "!^"} {
		if r, ok := f[name+marks]; ok {
			return r, marks, true
		}
	}
	return rule{}, "", false
}

// validate returns the errors of a value at a path such as
// "rules[0].expiration.date".
func (r rule) validate(path string, value any) []InputError {
	if value == nil {
		return nil
	}
	if r.check != nil {
		if err := r.check(value); err != nil {
			return []InputError{{path, err.Error()}}
		}
	}
	var problems []InputError
	if r.items != nil {
		for i, item := range value.([]any) {
			problems = append(problems, r.items.validate(fmt.Sprintf("%s[%d]", path, i), item)...)
		}
	}
	if r.fields != nil {
		problems = append(problems, r.validateFields(path, value.(map[string]any))...)
	}
	return problems
}

func (r rule) validateFields(path string, object map[string]any) []InputError {
	var problems []InputError
	for _, name := range slices.Sorted(maps.Keys(object)) {
		field, _, known := r.fields.find(name)
		if !known {
			problems = append(problems, InputError{join(path, name), "is not known: add a rule to the type's row in local/provider"})
			continue
		}
		problems = append(problems, field.validate(join(path, name), object[name])...)
	}
	for _, word := range slices.Sorted(maps.Keys(r.fields)) {
		name := strings.TrimRight(word, "!^")
		if _, set := object[name]; !set && strings.Contains(word, "!") {
			problems = append(problems, InputError{join(path, name), "is required"})
		}
	}
	for _, c := range r.conditions {
		if field, reason := c(object); reason != "" {
			problems = append(problems, InputError{join(path, field), reason})
		}
	}
	return problems
}

func join(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "." + name
}

// A condition on an object's fields returns which of them is wrong, and why.
type condition func(object map[string]any) (field, reason string)

// exactlyOne requires that exactly one of the fields is set.
func exactlyOne(names ...string) condition {
	return func(object map[string]any) (string, string) {
		if set := fieldsSet(object, names); len(set) != 1 {
			return names[0], fmt.Sprintf("expected exactly one of %s, got %d", strings.Join(names, ", "), len(set))
		}
		return "", ""
	}
}

// atLeastOne requires that at least one of the fields is set.
func atLeastOne(names ...string) condition {
	return func(object map[string]any) (string, string) {
		if len(fieldsSet(object, names)) == 0 {
			return names[0], "expected at least one of " + strings.Join(names, ", ")
		}
		return "", ""
	}
}

// requires requires the others if the field is set.
func requires(name string, others ...string) condition {
	return func(object map[string]any) (string, string) {
		if _, set := object[name]; !set {
			return "", ""
		}
		for _, other := range others {
			if _, set := object[other]; !set {
				return other, "is required with " + name
			}
		}
		return "", ""
	}
}

// when requires the others if the field has this value.
func when(name string, value any, others ...string) condition {
	return func(object map[string]any) (string, string) {
		if object[name] != value {
			return "", ""
		}
		field, reason := requires(name, others...)(object)
		if reason != "" {
			reason = fmt.Sprintf("is required with %s %v", name, value)
		}
		return field, reason
	}
}

// onlyWhen allows a field only if another has this value.
func onlyWhen(field, name string, value any) condition {
	return func(object map[string]any) (string, string) {
		list, isList := object[field].([]any)
		unset := object[field] == nil || isList && len(list) == 0
		other, set := object[name]
		unknown := set && other == nil
		if unset || unknown || other == value {
			return "", ""
		}
		return field, fmt.Sprintf("is allowed with %s %v only", name, value)
	}
}

// atMost requires that a number is at most another field's.
func atMost(name, limit string) condition {
	return compare(name, limit, "at most", func(value, high float64) bool { return value <= high })
}

// below requires that a number is less than another field's.
func below(name, limit string) condition {
	return compare(name, limit, "less than", func(value, high float64) bool { return value < high })
}

func compare(name, limit, relation string, ok func(value, high float64) bool) condition {
	return func(object map[string]any) (string, string) {
		value, known := object[name].(float64)
		high, limited := object[limit].(float64)
		if !known || !limited || ok(value, high) {
			return "", ""
		}
		return name, fmt.Sprintf("expected %s %s, %v, got %v", relation, limit, high, value)
	}
}

func fieldsSet(object map[string]any, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, set := object[name]; return !set })
}
