package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A condition is one operator with one key of a Condition element. All of a
// statement's conditions have to be true.
type condition struct {
	operator string // as it stands in the policy
	key      string // as written in the policy
	values   []string

	set      string // "ForAllValues", "ForAnyValue" or empty
	ifExists bool
	base     string // the operator without those
}

func newConditions(element map[string]map[string]list[value]) ([]condition, error) {
	var conditions []condition
	for operator, keys := range element {
		for key, values := range keys {
			c := newCondition(operator, key, values)
			if err := c.check(); err != nil {
				return nil, err
			}
			conditions = append(conditions, c)
		}
	}
	slices.SortFunc(conditions, func(a, b condition) int {
		return cmp.Or(strings.Compare(a.operator, b.operator), strings.Compare(a.key, b.key))
	})
	return conditions, nil
}

func newCondition(operator, key string, values []value) condition {
	c := condition{operator: operator, key: strings.ToLower(key)}
	for _, v := range values {
		c.values = append(c.values, string(v))
	}
	c.base = operator
	if set, rest, found := strings.Cut(operator, ":"); found {
		c.set, c.base = set, rest
	}
	c.base, c.ifExists = strings.CutSuffix(c.base, "IfExists")
	return c
}

func (c condition) check() error {
	if len(c.values) == 0 {
		return fmt.Errorf("expected a value of %s %s, got none", c.operator, c.key)
	}
	for _, v := range c.values {
		if o := comparisons[c.base]; o.reads != nil && !o.reads(v) {
			return fmt.Errorf("expected a value that %s can compare with %s, got %q", c.operator, c.key, v)
		}
	}
	return nil
}

// true reports whether the condition is true, or why that is unknown.
func (c condition) true(context Context) (is bool, unknown string) {
	if unknown := variable(c.values); unknown != "" {
		return false, unknown
	}
	got, known := context.get(c.key)
	if !known {
		return false, fmt.Sprintf("the condition key %s is not known here", c.key)
	}
	if c.operator == "Null" {
		return slices.Contains(c.values, fmt.Sprint(len(got) == 0)), ""
	}
	compare, known := comparisons[c.base]
	if !known || c.set != "" && c.set != "ForAllValues" && c.set != "ForAnyValue" {
		return false, fmt.Sprintf("the condition operator %s is not known here", c.operator)
	}
	if c.set == "" && len(got) > 1 {
		return false, fmt.Sprintf("%s %s: the request has %d values, and the operator takes one", c.operator, c.key, len(got))
	}
	for _, value := range got {
		if compare.reads != nil && !compare.reads(value) {
			return false, fmt.Sprintf("%s %s: the request has %q, which the operator cannot compare", c.operator, c.key, value)
		}
	}
	if len(got) == 0 {
		return c.ifExists || c.set == "ForAllValues" || c.set == "" && compare.negated, ""
	}
	holds := func(value string) bool {
		return slices.ContainsFunc(c.values, func(want string) bool { return compare.equal(want, value) }) != compare.negated
	}
	if c.set == "ForAnyValue" {
		return slices.ContainsFunc(got, holds), ""
	}
	return !slices.ContainsFunc(got, func(value string) bool { return !holds(value) }), ""
}
