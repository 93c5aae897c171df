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
	key      string // in lower case
	values   []string

	set      string // "ForAllValues", "ForAnyValue" or empty
	ifExists bool
	base     string // the operator without those
}

func newConditions(element map[string]map[string]list[string]) ([]condition, error) {
	var conditions []condition
	for operator, keys := range element {
		for key, values := range keys {
			if len(values) == 0 {
				return nil, fmt.Errorf("expected a value of %s %s, got none", operator, key)
			}
			for _, value := range values {
				if err := checkVariables(value); err != nil {
					return nil, err
				}
			}
			conditions = append(conditions, newCondition(operator, key, values))
		}
	}
	slices.SortFunc(conditions, func(a, b condition) int {
		return cmp.Or(strings.Compare(a.operator, b.operator), strings.Compare(a.key, b.key))
	})
	return conditions, nil
}

func newCondition(operator, key string, values []string) condition {
	c := condition{operator: operator, key: strings.ToLower(key), values: values}
	c.base = operator
	if set, rest, found := strings.Cut(operator, ":"); found {
		c.set, c.base = set, rest
	}
	c.base, c.ifExists = strings.CutSuffix(c.base, "IfExists")
	return c
}

// comparison compares a value of the request with one of the policy.
type comparison struct {
	equal   func(want, got string) bool
	negated bool
}

// comparisons are the operators that are evaluated, but Null.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var comparisons = map[string]comparison{
	"ArnEquals":                 {equal: matchesARN},
	"ArnLike":                   {equal: matchesARN},
	"ArnNotEquals":              {equal: matchesARN, negated: true},
	"ArnNotLike":                {equal: matchesARN, negated: true},
	"Bool":                      {equal: strings.EqualFold},
	"StringEquals":              {equal: func(want, got string) bool { return want == got }},
	"StringEqualsIgnoreCase":    {equal: strings.EqualFold},
	"StringLike":                {equal: matches},
	"StringNotEquals":           {equal: func(want, got string) bool { return want == got }, negated: true},
	"StringNotEqualsIgnoreCase": {equal: strings.EqualFold, negated: true},
	"StringNotLike":             {equal: matches, negated: true},
}

// true reports whether the condition is true, or why that is not known.
func (c condition) true(context Context) (is bool, unknown string) {
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
