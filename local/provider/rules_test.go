package provider

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestRulesAtTheirEdges checks, for each input with a rule, a value that the real
// provider or its service refuses, and its neighbor that is accepted.
func TestRulesAtTheirEdges(t *testing.T) {
	t.Parallel()
	for token, cases := range edges {
		row, ok := Lookup(token)
		if !ok {
			t.Errorf("no row for %s", token)
			continue
		}
		for _, c := range cases {
			if problems := at(row, c.path, c.good); len(problems) > 0 {
				t.Errorf("%s: expected %s to accept %.80s, got %v", token, c.path, fmt.Sprint(c.good), problems)
			}
			if problems := at(row, c.path, c.bad); len(problems) == 0 {
				t.Errorf("%s: expected %s to refuse %.80s", token, c.path, fmt.Sprint(c.bad))
			}
		}
	}
}

// TestEveryInputIsCheckedOrFree: every input of every row has an edge or accepts any
// string.
func TestEveryInputIsCheckedOrFree(t *testing.T) {
	t.Parallel()
	for _, row := range Types() {
		checked, free := map[string]bool{}, map[string]bool{}
		leaves(row.inputs, "", checked, free)
		for path := range checked {
			if !slices.ContainsFunc(edges[row.Token], func(e edge) bool { return e.path == path }) {
				t.Errorf("%s: %s has a rule, and no edge", row.Token, path)
			}
		}
		for path := range free {
			if !slices.Contains(freeTexts[row.Token], path) {
				t.Errorf("%s: %s accepts any string, and is not in freeTexts", row.Token, path)
			}
		}
	}
}

// freeTexts are the inputs that accept any string.
var freeTexts = map[string][]string{
	AWSProvider:           {"profile"},
	CloudWatchMetricAlarm: {"metricQueries[].label"},
	S3BucketLogging:       {"targetPrefix"},
	S3Object:              {"content", "cacheControl"},
}

// leaves collects the paths of the values that are not objects.
func leaves(r rule, path string, checked, free map[string]bool) {
	switch {
	case r.fields != nil:
		for word, field := range r.fields {
			leaves(field, join(path, strings.TrimRight(word, "!^")), checked, free)
		}
	case r.items != nil:
		checked[path] = true // how many
		leaves(*r.items, path+"[]", checked, free)
	case r.free:
		free[path] = true
	default:
		checked[path] = true
	}
}

// at checks a resource with a single value and returns the errors at its path.
func at(row Type, path string, value any) []InputError {
	if n, ok := value.(int); ok {
		value = float64(n)
	}
	return slices.DeleteFunc(unconditional(row.inputs).validate("", nest(path, value)), func(p InputError) bool {
		return regexp.MustCompile(`\[\d+\]`).ReplaceAllString(p.Property, "[]") != path || p.Reason == "is required"
	})
}

// unconditional returns a rule without its conditions.
func unconditional(r rule) rule {
	r.conditions = nil
	if r.items != nil {
		item := unconditional(*r.items)
		r.items = &item
	}
	f := fields{}
	for name, field := range r.fields {
		f[name] = unconditional(field)
	}
	if r.fields != nil {
		r.fields = f
	}
	return r
}

func nest(path string, value any) any {
	if path == "" {
		return value
	}
	if rest, ok := strings.CutPrefix(path, "[]"); ok {
		return []any{nest(strings.TrimPrefix(rest, "."), value)}
	}
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		return map[string]any{path: value}
	}
	return map[string]any{path[:end]: nest(strings.TrimPrefix(path[end:], "."), value)}
}

func TestUnknownPropertyIsRefused(t *testing.T) {
	t.Parallel()
	row, _ := Lookup(S3BucketOwnershipControls)
	problems := row.Check(map[string]any{"shape": "round", "rule": map[string]any{"edge": "sharp"}})
	var got []string
	for _, p := range problems {
		got = append(got, p.Property)
	}
	if want := []string{"rule.edge", "rule.objectOwnership", "shape", "bucket"}; !slices.Equal(got, want) {
		t.Errorf("expected problems with %q, got %v", want, problems)
	}
}

func TestUnknownValuesPass(t *testing.T) {
	t.Parallel()
	for token, cases := range edges {
		row, _ := Lookup(token)
		for _, c := range cases {
			if problems := at(row, c.path, nil); len(problems) > 0 {
				t.Errorf("%s: expected an unknown %s to pass, got %v", token, c.path, problems)
			}
		}
	}
}

func TestLocalHostsAreAccepted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ token, path, value string }{
		{APIGatewayAuthorizer, "jwtConfiguration.issuer", "http://localhost:4000/"},
		{CloudFrontDistribution, "origins[].domainName", "localhost:3001"},
		{Auth0Client, "callbacks[]", "http://localhost:3000"},
	} {
		row, _ := Lookup(test.token)
		if problems := at(row, test.path, test.value); len(problems) > 0 {
			t.Errorf("%s: %v", test.token, problems)
		}
	}
}

// TestConditions: inputs that conflict are refused, and the error names one of them.
func TestConditions(t *testing.T) {
	t.Parallel()
	for _, test := range conditionTests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			row, _ := Lookup(test.token)
			if problems := row.Check(test.inputs); len(problems) > 0 {
				t.Fatalf("expected no problem before the change, got %v", problems)
			}
			inputs := maps.Clone(test.inputs)
			maps.Copy(inputs, test.change)
			maps.DeleteFunc(inputs, func(_ string, v any) bool { return v == absent })
			problems := row.Check(inputs)
			if len(problems) != 1 || problems[0].Property != test.want {
				t.Errorf("expected one problem with %s, got %v", test.want, problems)
			}
		})
	}
}
