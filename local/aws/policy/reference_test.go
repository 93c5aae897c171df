package policy

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// obvious is a policy as encoding/json reads it, for a reference that is slow
// and follows the documentation sentence by sentence. What is random here has
// lists everywhere.
type obvious struct {
	Version   string
	Statement []obviousStatement
}

type obviousStatement struct {
	Effect                                   string
	Action, NotAction, Resource, NotResource []string                       `json:",omitempty"`
	Condition                                map[string]map[string][]string `json:",omitempty"`
}

func wildcard(pattern, text string, options string) bool {
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(strings.ReplaceAll(expression, `\*`, `.*`), `\?`, `.`)
	return regexp.MustCompile(`^(?s` + options + `:` + expression + `)$`).MatchString(text)
}

func anyOf(patterns []string, text, options string) bool {
	for _, p := range patterns {
		if wildcard(p, text, options) {
			return true
		}
	}
	return false
}

// decide returns "allow", "deny", "unknown" or "" where nothing applies.
func (o obvious) decide(r Request) string {
	allowed, denied := false, false
	for _, s := range o.Statement {
		if s.Action != nil && !anyOf(s.Action, r.Action, "i") || s.NotAction != nil && anyOf(s.NotAction, r.Action, "i") {
			continue
		}
		if strings.Contains(strings.Join(append(s.Resource, s.NotResource...), " "), "${") {
			return "unknown"
		}
		if s.Resource != nil && !anyOf(s.Resource, r.Resource, "") || s.NotResource != nil && anyOf(s.NotResource, r.Resource, "") {
			continue
		}
		met := true
		for operator, keys := range s.Condition {
			for key, values := range keys {
				switch obviousCondition(operator, key, values, r.Context) {
				case "unknown":
					return "unknown"
				case "no":
					met = false
				}
			}
		}
		allowed = allowed || met && s.Effect == "Allow"
		denied = denied || met && s.Effect == "Deny"
	}
	switch {
	case denied:
		return "deny"
	case allowed:
		return "allow"
	}
	return ""
}

func obviousCondition(operator, key string, values []string, context Context) string {
	got, known := context[key]
	if !known {
		return "unknown"
	}
	set, name := "", operator
	for _, prefix := range []string{"ForAllValues:", "ForAnyValue:"} {
		if strings.HasPrefix(operator, prefix) {
			set, name = prefix, strings.TrimPrefix(operator, prefix)
		}
	}
	ifExists := strings.HasSuffix(name, "IfExists")
	name = strings.TrimSuffix(name, "IfExists")
	negated := strings.Contains(name, "Not")
	answer := map[bool]string{true: "yes", false: "no"}
	switch {
	case operator == "Null":
		return answer[strings.Contains(strings.Join(values, ","), fmt.Sprint(len(got) == 0))]
	case name == "IpAddress":
		return "unknown"
	case set == "" && len(got) > 1:
		return "unknown"
	case len(got) == 0 && (ifExists || set == "ForAllValues:"):
		return "yes"
	case len(got) == 0:
		return answer[negated && set == ""]
	}
	good := 0
	for _, g := range got {
		equal := false
		for _, v := range values {
			equal = equal || obviousComparison(name, v, g)
		}
		if equal != negated {
			good++
		}
	}
	if set == "ForAnyValue:" {
		return answer[good > 0]
	}
	return answer[good == len(got)]
}

// obviousComparison spells the documentation out. The numbers of the test fit an int, and
// its dates are days.
func obviousComparison(name, want, got string) bool {
	switch {
	case strings.HasPrefix(name, "Arn"):
		expression := strings.ReplaceAll(regexp.QuoteMeta(want), `\?`, `[^:]`)
		return regexp.MustCompile(`^` + strings.ReplaceAll(expression, `\*`, `[^:]*`) + `$`).MatchString(got)
	case strings.HasPrefix(name, "Bool"), strings.HasSuffix(name, "IgnoreCase"):
		return strings.EqualFold(want, got)
	case strings.Contains(name, "Like"):
		return wildcard(want, got, "")
	case strings.HasPrefix(name, "Numeric"):
		w, _ := strconv.Atoi(want)
		g, _ := strconv.Atoi(got)
		return obviousOrder(name, g-w)
	case strings.HasPrefix(name, "Date"):
		return obviousOrder(name, strings.Compare(got, want))
	}
	return want == got
}

func obviousOrder(name string, order int) bool {
	switch name = strings.TrimPrefix(strings.TrimPrefix(name, "Numeric"), "Date"); name {
	case "LessThan":
		return order < 0
	case "LessThanEquals":
		return order <= 0
	case "GreaterThan":
		return order > 0
	case "GreaterThanEquals":
		return order >= 0
	}
	return order == 0
}

var (
	someActions   = []string{"*", "s3:*", "s3:Get*", "S3:getobject", "s3:?etObject", "s3:PutObject", "iam:Pass*", "iam:PassRole"}
	someResources = []string{"*", "arn:aws:s3:::a", "arn:aws:s3:::a*", "arn:aws:s3:::?/*", "arn:aws:iam::1:role/*", "arn:*:*:*:*:*", "arn:aws:s3:::a/${aws:userid}"}
	// someConditions have operators with the keys and values that they can compare.
	someConditions = []struct{ operators, keys, values []string }{
		{[]string{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIfExists", "StringNotLikeIfExists", "StringEqualsIgnoreCase",
			"ForAllValues:StringEquals", "ForAnyValue:StringLike", "ForAllValues:StringNotEquals", "ForAnyValue:StringNotEqualsIfExists"},
			[]string{"k:one", "k:two", "k:none", "k:none", "k:unknown"}, []string{"a", "B", "a*", "?", "true", "false"}},
		{[]string{"Null", "Null", "Null", "IpAddress"}, []string{"k:one", "k:none", "k:unknown"}, []string{"true", "false"}},
		{[]string{"Bool", "BoolIfExists"}, []string{"k:yes", "k:none"}, []string{"true", "FALSE"}},
		{[]string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEqualsIfExists", "ForAllValues:NumericLessThan", "ForAnyValue:NumericNotEquals"},
			[]string{"k:number", "k:number", "k:numbers", "k:none"}, []string{"-3", "9", "10", "100"}},
		{[]string{"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"},
			[]string{"k:day", "k:day", "k:none"}, []string{"2025-12-31", "2026-11-29", "2026-11-30"}},
		{[]string{"ArnEquals", "ArnLike", "ArnNotLike", "ArnNotEqualsIfExists"}, []string{"k:arn", "k:arn", "k:none"},
			[]string{"arn:aws:iam::1:role/x", "arn:aws:iam::*:role/*", "arn:aws:*:role/x", "arn:aws:iam::?:role/y"}},
	}
)

func some(r *rand.Rand, from []string) []string {
	var out []string
	for range 1 + r.IntN(3) {
		out = append(out, from[r.IntN(len(from))])
	}
	return out
}

func randomPolicy(r *rand.Rand) obvious {
	p := obvious{Version: Version}
	for range 1 + r.IntN(4) {
		s := obviousStatement{Effect: []string{"Allow", "Allow", "Deny"}[r.IntN(3)]}
		if actions := some(r, someActions[1+r.IntN(2):]); r.IntN(4) == 0 {
			s.NotAction = actions
		} else {
			s.Action = actions
		}
		if resources := some(r, someResources); r.IntN(4) == 0 {
			s.NotResource = resources
		} else {
			s.Resource = resources
		}
		s.Condition = map[string]map[string][]string{}
		for range r.IntN(3) {
			c := someConditions[max(0, r.IntN(len(someConditions)+4)-4)] // half are about strings
			s.Condition[c.operators[r.IntN(len(c.operators))]] = map[string][]string{c.keys[r.IntN(len(c.keys))]: some(r, c.values)}
		}
		p.Statement = append(p.Statement, s)
	}
	return p
}

// TestRandomPoliciesAgreeWithReference: 10,000 policies, each on several
// requests, without and with another one as the boundary.
func TestRandomPoliciesAgreeWithReference(t *testing.T) {
	t.Parallel()
	const seed = 20261129
	r := rand.New(rand.NewPCG(seed, 1))
	outcomes := map[string]int{}
	for i := range 10_000 {
		identity, boundary := randomPolicy(r), randomPolicy(r)
		request := Request{
			Action:   []string{"s3:GetObject", "s3:PutObject", "iam:PassRole"}[r.IntN(3)],
			Resource: []string{"arn:aws:s3:::a", "arn:aws:s3:::a/b/c", "arn:aws:iam::1:role/x"}[r.IntN(3)],
			Context: Context{"k:one": {"a"}, "k:two": {"a", "b"}, "k:none": nil, "k:yes": {"true"}, "k:number": {"10"},
				"k:numbers": {"9", "11"}, "k:day": {"2026-11-29"}, "k:arn": {"arn:aws:iam::1:role/x"}},
		}
		want := identity.decide(request)
		outcomes[want]++
		text, bounded := document(t, identity), document(t, boundary)
		if got := (Policies{Identity: []*Document{text}}).Evaluate(request); got.Allowed != (want == "allow") {
			t.Fatalf("policy %d: expected %q, got %+v for %+v on %+v", i, want, got, request, identity)
		}
		if alone := (Policies{Identity: []*Document{text}}); !alone.HaveConditions() {
			bare := Request{Action: request.Action, Resource: request.Resource}
			if got := alone.Evaluate(bare); got.Allowed != (want == "allow") {
				t.Fatalf("policy %d has no conditions and looks at the context: %+v", i, identity)
			}
		}
		both := want == "allow" && boundary.decide(request) == "allow"
		if got := (Policies{Identity: []*Document{text}, Boundary: bounded}).Evaluate(request); got.Allowed != both {
			t.Fatalf("policy %d: expected %v, got %+v for %+v on %+v within %+v", i, both, got, request, identity, boundary)
		}
	}
	for _, outcome := range []string{"allow", "deny", "unknown", ""} {
		if outcomes[outcome] < 500 {
			t.Errorf("only %d of 10,000 policies come to %q: %v", outcomes[outcome], outcome, outcomes)
		}
	}
}

func document(t *testing.T, p obvious) *Document {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(text))
}
