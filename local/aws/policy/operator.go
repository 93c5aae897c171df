package policy

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// comparison compares a value of the request with one of the policy.
type comparison struct {
	equal   func(want, got string) bool
	negated bool
	reads   func(value string) bool // whether equal can compare a value; nil: any
}

// comparisons are the operators that are evaluated, except Null.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var comparisons = map[string]comparison{
	"ArnEquals":    {equal: matchesARN},
	"ArnLike":      {equal: matchesARN},
	"ArnNotEquals": {equal: matchesARN, negated: true},
	"ArnNotLike":   {equal: matchesARN, negated: true},
	"Bool":         {equal: strings.EqualFold},

	"StringEquals":              {equal: same},
	"StringEqualsIgnoreCase":    {equal: strings.EqualFold},
	"StringLike":                {equal: matches},
	"StringNotEquals":           {equal: same, negated: true},
	"StringNotEqualsIgnoreCase": {equal: strings.EqualFold, negated: true},
	"StringNotLike":             {equal: matches, negated: true},

	"NumericEquals":            numeric(func(order int) bool { return order == 0 }),
	"NumericNotEquals":         not(numeric(func(order int) bool { return order == 0 })),
	"NumericLessThan":          numeric(func(order int) bool { return order < 0 }),
	"NumericLessThanEquals":    numeric(func(order int) bool { return order <= 0 }),
	"NumericGreaterThan":       numeric(func(order int) bool { return order > 0 }),
	"NumericGreaterThanEquals": numeric(func(order int) bool { return order >= 0 }),

	"DateEquals":            date(func(order int) bool { return order == 0 }),
	"DateNotEquals":         not(date(func(order int) bool { return order == 0 })),
	"DateLessThan":          date(func(order int) bool { return order < 0 }),
	"DateLessThanEquals":    date(func(order int) bool { return order <= 0 }),
	"DateGreaterThan":       date(func(order int) bool { return order > 0 }),
	"DateGreaterThanEquals": date(func(order int) bool { return order >= 0 }),
}

func same(want, got string) bool { return want == got }

func not(c comparison) comparison {
	c.negated = true
	return c
}

// numeric compares decimal numbers exactly. order is that of the request's value relative to
// the policy's.
func numeric(is func(order int) bool) comparison {
	return comparison{
		reads: func(value string) bool { return numberPattern.MatchString(value) },
		equal: func(want, got string) bool {
			w, _ := new(big.Rat).SetString(want)
			g, _ := new(big.Rat).SetString(got)
			return w != nil && g != nil && is(g.Cmp(w))
		},
	}
}

// numberPattern matches a decimal number of limited length.
var numberPattern = regexp.MustCompile(`^[+-]?[0-9]{1,40}(\.[0-9]{1,40})?$`)

// date compares instants. order is that of the request's value relative to the policy's.
func date(is func(order int) bool) comparison {
	return comparison{
		reads: func(value string) bool { _, ok := instant(value); return ok },
		equal: func(want, got string) bool {
			w, readWant := instant(want)
			g, readGot := instant(got)
			return readWant && readGot && is(g.Compare(w))
		},
	}
}

// dateLayouts are W3C's profile of ISO 8601. time.Parse accepts fractions of a second.
// https://www.w3.org/TR/NOTE-datetime
var dateLayouts = []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01", "2006"}

// instant reads a date, or the seconds since 1970 if there are more digits than in a year.
func instant(value string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, value); err == nil {
			return t, true
		}
	}
	seconds, err := strconv.ParseInt(value, 10, 48)
	return time.Unix(seconds, 0), err == nil && len(value) > len("2006")
}
