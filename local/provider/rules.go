package provider

import (
	"errors"
	"fmt"
	"math"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// freeText accepts any string.
var freeText = rule{free: true, check: ofString(func(string) error { return nil })}

// reference accepts the ID or the name of another resource. If it is also in the row's
// Refs, the resource must exist.
var reference = length(1, math.MaxInt)

// length accepts a string with a number of characters in a range.
func length(low, high int) rule {
	return rule{check: ofString(func(text string) error {
		if n := utf8.RuneCountInString(text); n < low || n > high {
			return fmt.Errorf("expected %s, got %d", rangeOf(low, high, "characters"), n)
		}
		return nil
	})}
}

// match accepts a string of at most high characters that matches the whole pattern. The
// example is for the error.
func match(high int, pattern, example string) rule {
	compiled := regexp.MustCompile(`^(?:` + pattern + `)$`)
	return rule{check: ofString(func(text string) error {
		if !compiled.MatchString(text) {
			return fmt.Errorf("expected a string such as %q, got %q", example, text)
		}
		if n := utf8.RuneCountInString(text); n > high {
			return fmt.Errorf("expected at most %d characters, got %d", high, n)
		}
		return nil
	})}
}

// oneOf accepts one of the strings.
func oneOf(options ...string) rule {
	return rule{check: ofString(func(text string) error {
		if !slices.Contains(options, text) {
			return fmt.Errorf("expected one of %s, got %q", strings.Join(options, ", "), text)
		}
		return nil
	})}
}

// boolean accepts true and false.
var boolean = rule{check: func(value any) error {
	if _, ok := value.(bool); !ok {
		return fmt.Errorf("expected true or false, got %v", value)
	}
	return nil
}}

// number accepts a number in a range.
func number(low, high float64) rule {
	return rule{check: func(value any) error {
		if n, ok := value.(float64); !ok || n < low || n > high {
			return fmt.Errorf("expected %s, got %v", rangeOf(low, high, ""), value)
		}
		return nil
	}}
}

// integer accepts a whole number in a range.
func integer(low, high int) rule {
	return rule{check: func(value any) error {
		if n, ok := value.(float64); !ok || n != math.Trunc(n) || n < float64(low) || n > float64(high) {
			return fmt.Errorf("expected a whole number, %s, got %v", rangeOf(low, high, ""), value)
		}
		return nil
	}}
}

// anyOf accepts one of the numbers.
func anyOf(numbers ...float64) rule {
	return rule{check: func(value any) error {
		if n, ok := value.(float64); !ok || !slices.Contains(numbers, n) {
			return fmt.Errorf("expected one of %v, got %v", numbers, value)
		}
		return nil
	}}
}

// list accepts a list with a number of items in a range, each of which item accepts.
func list(low, high int, item rule) rule {
	return rule{items: &item, check: func(value any) error {
		items, ok := value.([]any)
		if !ok {
			return fmt.Errorf("expected a list, got %v", value)
		}
		if len(items) < low || len(items) > high {
			return fmt.Errorf("expected %s, got %d", rangeOf(low, high, "items"), len(items))
		}
		return nil
	}}
}

// unique accepts what r does, except objects with the same value of a field.
func unique(field string, r rule) rule {
	inner := r.check
	r.check = func(value any) error {
		if err := inner(value); err != nil {
			return err
		}
		var seen []any
		for _, item := range value.([]any) {
			object, _ := item.(map[string]any)
			if id := object[field]; id != nil && slices.Contains(seen, id) {
				return fmt.Errorf("duplicate %s %q", field, id)
			} else if id != nil {
				seen = append(seen, id)
			}
		}
		return nil
	}
	return r
}

// object accepts these fields if all conditions hold.
func object(f fields, conditions ...condition) rule {
	return rule{fields: f, conditions: conditions, check: func(value any) error {
		if _, ok := value.(map[string]any); !ok {
			return fmt.Errorf("expected an object, got %v", value)
		}
		return nil
	}}
}

// mapOf accepts a map with at most high entries whose keys and values the rules
// accept.
func mapOf(high int, key, value rule) rule {
	return rule{check: func(v any) error {
		entries, ok := v.(map[string]any)
		if !ok || len(entries) > high {
			return fmt.Errorf("expected a map of at most %d entries, got %v", high, v)
		}
		for name, entry := range entries {
			if err := errors.Join(key.check(name), unlessUnknown(entry, value.check)); err != nil {
				return fmt.Errorf("%q: %w", name, err)
			}
		}
		return nil
	}}
}

// file accepts an asset or an archive, of a type of the caller.
var file = rule{check: func(value any) error {
	switch value.(type) {
	case string, float64, bool, []any, map[string]any:
		return fmt.Errorf("expected a file, got %v", value)
	}
	return nil
}}

// arn accepts the ARN of a resource of one of the services, or of any service if none
// is given.
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/verify/validate.go
func arn(services ...string) rule {
	pattern := regexp.MustCompile(`^arn:aws(-[a-z]+)*:([a-z0-9-]+):([a-z]{2}(-[a-z]+)+-\d)?:(aws|\d{12})?:.+$`)
	return rule{check: ofString(func(text string) error {
		m := pattern.FindStringSubmatch(text)
		if m == nil || len(services) > 0 && !slices.Contains(services, m[2]) {
			return fmt.Errorf("expected the ARN of a resource%s, got %q", prefixed(" of ", services), text)
		}
		return nil
	})}
}

// region accepts the name of a region.
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
var region = match(32, `[a-z]{2}(-[a-z]+)+-\d`, "us-east-1")

// midnight accepts a time that is midnight in UTC.
var midnight = rule{check: ofString(func(text string) error {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("expected a time such as 2026-12-24T00:00:00Z (RFC 3339), got %q", text)
	}
	if at = at.UTC(); at != at.Truncate(24*time.Hour) {
		return fmt.Errorf("expected midnight UTC, got %q", text)
	}
	return nil
})}

// webURL accepts an absolute URL with a host. Plain http is accepted for local hosts,
// for the local cloud's tenant, site and API.
var webURL = rule{check: ofString(func(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(text, " #") {
		return fmt.Errorf("expected an absolute URL, got %q", text)
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())) {
		return fmt.Errorf("expected a URL with https, or with http on this machine, got %q", text)
	}
	return nil
})}

// email accepts one address without a name.
var email = rule{check: ofString(func(text string) error {
	if address, err := mail.ParseAddress(text); err != nil || address.Address != text {
		return fmt.Errorf("expected an e-mail address, got %q", text)
	}
	return nil
})}

// decimal accepts a number that is written as a string.
var decimal = rule{check: ofString(func(text string) error {
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		return fmt.Errorf("expected a number as a string, got %q", text)
	}
	return nil
})}

// ofString converts a check of strings to a check of any value.
func ofString(check func(text string) error) func(any) error {
	return func(value any) error {
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("expected a string, got %v", value)
		}
		return check(text)
	}
}

// unlessUnknown checks a value that may not be known yet.
func unlessUnknown(value any, check func(any) error) error {
	if value == nil {
		return nil
	}
	return check(value)
}

func rangeOf[N int | float64](low, high N, unit string) string {
	if any(high) == any(math.MaxInt) {
		return strings.TrimSpace(fmt.Sprintf("at least %v %s", low, unit))
	}
	return strings.TrimSpace(fmt.Sprintf("%v to %v %s", low, high, unit))
}

func prefixed(prefix string, words []string) string {
	if len(words) == 0 {
		return ""
	}
	return prefix + strings.Join(words, " or ")
}
