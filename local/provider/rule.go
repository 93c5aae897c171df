package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A rule says what a provider, or its service, refuses of one value. What only
// the service would refuse, at the deployment, is refused here in the plan too.
//
// A value is a string, a float64, a bool, a list, a map, whatever the caller
// keeps a file in, or nil for one that is not known yet, which always passes.
type rule struct {
	free       bool // any text will do
	check      func(value any) error
	items      *rule       // of a list
	fields     fields      // of an object
	conditions []condition // on an object's fields together
}

// fields are an object's rules by name. A "!" behind a name says that the field
// must be set, a "^" that another value replaces the resource.
type fields map[string]rule

// find returns the rule of a name, and the marks behind it.
func (f fields) find(name string) (r rule, marks string, known bool) {
	for _, marks := range []string{"", "!", "^", "!^"} {
		if r, ok := f[name+marks]; ok {
			return r, marks, true
		}
	}
	return rule{}, "", false
}

// refuse returns what is wrong with the value at a path such as
// "rules[0].expiration.date".
func (r rule) refuse(path string, value any) []InputError {
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
			problems = append(problems, r.items.refuse(fmt.Sprintf("%s[%d]", path, i), item)...)
		}
	}
	if r.fields != nil {
		problems = append(problems, r.refuseFields(path, value.(map[string]any))...)
	}
	return problems
}

func (r rule) refuseFields(path string, object map[string]any) []InputError {
	var problems []InputError
	for _, name := range slices.Sorted(maps.Keys(object)) {
		field, _, known := r.fields.find(name)
		if !known {
			problems = append(problems, InputError{join(path, name), "is not known here: give it a rule in the type's row in local/provider"})
			continue
		}
		problems = append(problems, field.refuse(join(path, name), object[name])...)
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

// A condition refuses values that do not go together, and names the field that
// is wrong.
type condition func(object map[string]any) (field, reason string)

// exactlyOne demands one of the fields, and no other of them with it.
func exactlyOne(names ...string) condition {
	return func(object map[string]any) (string, string) {
		if set := among(object, names); len(set) != 1 {
			return names[0], fmt.Sprintf("expected exactly one of %s, got %d", strings.Join(names, ", "), len(set))
		}
		return "", ""
	}
}

// atLeastOne demands one of the fields or more.
func atLeastOne(names ...string) condition {
	return func(object map[string]any) (string, string) {
		if len(among(object, names)) == 0 {
			return names[0], "expected at least one of " + strings.Join(names, ", ")
		}
		return "", ""
	}
}

// together demands others where the field is set.
func together(name string, others ...string) condition {
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

// when demands others where the field has this value.
func when(name string, value any, others ...string) condition {
	return func(object map[string]any) (string, string) {
		if object[name] != value {
			return "", ""
		}
		field, reason := together(name, others...)(object)
		if reason != "" {
			reason = fmt.Sprintf("is required with %s %v", name, value)
		}
		return field, reason
	}
}

// onlyWhen refuses a field where another does not have this value.
func onlyWhen(field, name string, value any) condition {
	return func(object map[string]any) (string, string) {
		list, isList := object[field].([]any)
		unset := object[field] == nil || isList && len(list) == 0
		other, set := object[name]
		unknown := set && other == nil
		if unset || unknown || other == value {
			return "", ""
		}
		return field, fmt.Sprintf("is for %s %v alone", name, value)
	}
}

// atMost demands that a number is not above another of the object's.
func atMost(name, limit string) condition {
	return compare(name, limit, "at most", func(value, high float64) bool { return value <= high })
}

// below demands that a number is less than another of the object's.
func below(name, limit string) condition {
	return compare(name, limit, "less than", func(value, high float64) bool { return value < high })
}

func compare(name, limit, relation string, holds func(value, high float64) bool) condition {
	return func(object map[string]any) (string, string) {
		value, known := object[name].(float64)
		high, limited := object[limit].(float64)
		if !known || !limited || holds(value, high) {
			return "", ""
		}
		return name, fmt.Sprintf("expected %s %s, %v, got %v", relation, limit, high, value)
	}
}

func among(object map[string]any, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, set := object[name]; return !set })
}
