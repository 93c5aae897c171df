package policy

import (
	"strings"
	"testing"
)

func parse(t testing.TB, text string) *Document {
	t.Helper()
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestActionsAndResources(t *testing.T) {
	t.Parallel()
	request := Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::site/assets/a.js"}
	for _, test := range []struct {
		name, members string
		want          bool
	}{
		{"the action and the resource", `"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/assets/a.js"`, true},
		{"the action in another case", `"Effect":"Allow","Action":"s3:GETOBJECT","Resource":"*"`, true},
		{"the resource in another case", `"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::Site/*"`, false},
		{"a star goes across slashes", `"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::site/*"`, true},
		{"a star goes across colons", `"Effect":"Allow","Action":"*","Resource":"arn:aws:*:::site/assets/a.js"`, true},
		{"a star is the empty text too", `"Effect":"Allow","Action":"s3:GetObject*","Resource":"*"`, true},
		{"a question mark is one character", `"Effect":"Allow","Action":"s3:GetObjec?","Resource":"arn:aws:s3:::sit?/*"`, true},
		{"a question mark is not the empty text", `"Effect":"Allow","Action":"s3:GetObject?","Resource":"*"`, false},
		{"another action", `"Effect":"Allow","Action":["s3:PutObject","s3:GetObjectAcl"],"Resource":"*"`, false},
		{"another bucket", `"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::site"`, false},
		{"all actions but others", `"Effect":"Allow","NotAction":["iam:*","s3:Put*"],"Resource":"*"`, true},
		{"all actions but this", `"Effect":"Allow","NotAction":"s3:Get*","Resource":"*"`, false},
		{"all resources but others", `"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::other/*"`, true},
		{"all resources but this", `"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::s*"`, false},
		{"nothing allows", `"Effect":"Deny","Action":"iam:*","Resource":"*"`, false},
	} {
		p := Policies{Identity: []*Document{parse(t, statementOf(test.members))}}
		if got := p.Evaluate(request); got.Allowed != test.want {
			t.Errorf("%s: expected %v, got %+v", test.name, test.want, got)
		}
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	context := Context{"aws:one": {"a"}, "aws:two": {"a", "b"}, "aws:none": nil, "aws:arn": {"arn:aws:iam::1:role/x/y"}, "aws:yes": {"true"},
		"s3:max-keys": {"100"}, "aws:CurrentTime": {"2026-11-29T18:00:00Z"}, "aws:EpochTime": {"1795975200"},
		"dynamodb:LeadingKeys": {"anna", "bert"}, "s3:prefix": {"home/anna/"}, "s3:delimiter": nil}
	for _, test := range []struct {
		condition string
		want      bool
	}{
		{`"StringEquals":{"aws:one":["b","a"]}`, true},
		{`"StringEquals":{"AWS:One":"a"}`, true},
		{`"StringEquals":{"aws:one":"A"}`, false},
		{`"StringEquals":{"aws:none":"a"}`, false},
		{`"StringEqualsIfExists":{"aws:none":"a"}`, true},
		{`"StringEqualsIfExists":{"aws:one":"b"}`, false},
		{`"StringNotEquals":{"aws:one":["b","a"]}`, false},
		{`"StringNotEquals":{"aws:one":["b","c"]}`, true},
		{`"StringNotEquals":{"aws:none":"a"}`, true},
		{`"StringEqualsIgnoreCase":{"aws:one":"A"}`, true},
		{`"StringNotEqualsIgnoreCase":{"aws:one":"A"}`, false},
		{`"StringLike":{"aws:one":"?"}`, true},
		{`"StringLike":{"aws:one":"b*"}`, false},
		{`"StringNotLike":{"aws:one":"b*"}`, true},
		{`"Bool":{"aws:yes":"True"}`, true},
		{`"Bool":{"aws:none":"false"}`, false},
		{`"Null":{"aws:none":"true"}`, true},
		{`"Null":{"aws:none":true}`, true},
		{`"Bool":{"aws:yes":true}`, true},
		{`"Bool":{"aws:yes":false}`, false},
		{`"NumericEquals":{"s3:max-keys":100}`, true},
		{`"NumericEquals":{"s3:max-keys":"100.0"}`, true},
		{`"NumericEquals":{"s3:max-keys":[1,2]}`, false},
		{`"NumericNotEquals":{"s3:max-keys":100}`, false},
		{`"NumericNotEquals":{"s3:max-keys":99}`, true},
		{`"NumericNotEquals":{"aws:none":1}`, true},
		{`"NumericLessThan":{"s3:max-keys":100}`, false},
		{`"NumericLessThan":{"s3:max-keys":100.5}`, true},
		{`"NumericLessThanEquals":{"s3:max-keys":100}`, true},
		{`"NumericLessThanEquals":{"s3:max-keys":99}`, false},
		{`"NumericGreaterThan":{"s3:max-keys":9}`, true}, // not as texts
		{`"NumericGreaterThan":{"s3:max-keys":100}`, false},
		{`"NumericGreaterThanEquals":{"s3:max-keys":100}`, true},
		{`"NumericLessThanEquals":{"aws:none":99}`, false},
		{`"NumericLessThanEqualsIfExists":{"aws:none":99}`, true},
		{`"DateLessThan":{"aws:CurrentTime":"2026-11-29T18:00:01Z"}`, true},
		{`"DateLessThan":{"aws:CurrentTime":"2026-11-29T18:00:00Z"}`, false},
		{`"DateLessThanEquals":{"aws:CurrentTime":"2026-11-29T20:00:00+02:00"}`, true},
		{`"DateEquals":{"aws:EpochTime":"2026-11-29T18:00Z"}`, true},
		{`"DateEquals":{"aws:CurrentTime":"1795975200"}`, true},
		{`"DateNotEquals":{"aws:CurrentTime":1795975200}`, false},
		{`"DateGreaterThan":{"aws:CurrentTime":"2026-11"}`, true},
		{`"DateGreaterThan":{"aws:CurrentTime":"2026-11-30"}`, false},
		{`"DateGreaterThanEquals":{"aws:CurrentTime":"2027"}`, false},
		{`"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["anna","bert"]}`, true},
		{`"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["anna"]}`, false},
		{`"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["a*","b*"]}`, true},
		{`"ForAnyValue:StringEquals":{"dynamodb:LeadingKeys":["anna"]}`, true},
		{`"StringLike":{"s3:prefix":"home/anna/*"}`, true},
		{`"StringEquals":{"s3:prefix":["","home/bert/"]}`, false},
		{`"StringEquals":{"s3:delimiter":"/"}`, false},
		{`"Null":{"aws:none":"false"}`, false},
		{`"Null":{"aws:one":"false"}`, true},
		{`"ArnLike":{"aws:arn":"arn:aws:iam::*:role/x*"}`, true},
		{`"ArnLike":{"aws:arn":"arn:aws:*:role/x/y"}`, false},
		{`"ArnEquals":{"aws:arn":"arn:aws:iam::1:role/*"}`, true},
		{`"ArnNotLike":{"aws:arn":"arn:aws:iam::2:role/*"}`, true},
		{`"ArnNotEquals":{"aws:arn":"arn:aws:iam::1:role/*"}`, false},
		{`"ForAllValues:StringEquals":{"aws:two":["a","b","c"]}`, true},
		{`"ForAllValues:StringEquals":{"aws:two":["a","c"]}`, false},
		{`"ForAllValues:StringEquals":{"aws:none":"a"}`, true},
		{`"ForAllValues:StringNotEquals":{"aws:two":"c"}`, true},
		{`"ForAllValues:StringNotEquals":{"aws:two":"b"}`, false},
		{`"ForAnyValue:StringEquals":{"aws:two":"b"}`, true},
		{`"ForAnyValue:StringEquals":{"aws:none":"b"}`, false},
		{`"ForAnyValue:StringNotEquals":{"aws:two":"b"}`, true},
		{`"ForAnyValue:StringNotEquals":{"aws:none":"b"}`, false},
		{`"ForAnyValue:StringEqualsIfExists":{"aws:none":"b"}`, true},
		{`"StringEquals":{"aws:one":"a","aws:yes":"false"}`, false},
		{`"StringEquals":{"aws:one":"a"},"Null":{"aws:none":"false"}`, false},
	} {
		p := Policies{Identity: []*Document{parse(t, statementOf(anything+`,"Condition":{`+test.condition+`}`))}}
		if got := p.Evaluate(Request{Action: "s3:GetObject", Resource: "*", Context: context}); got.Allowed != test.want {
			t.Errorf("%s: expected %v, got %+v", test.condition, test.want, got)
		}
	}
}

// TestUnknownConditionsDeny: whatever else a policy allows, and whether the
// condition would allow or deny.
func TestUnknownConditionsDeny(t *testing.T) {
	t.Parallel()
	context := Context{"aws:one": {"a"}, "aws:two": {"a", "b"}}
	for condition, want := range map[string]string{
		`"NumericLessThan":{"aws:one":"1"}`:                                   `NumericLessThan aws:one: the request has "a"`,
		`"NumericNotEquals":{"aws:one":"1"}`:                                  `the request has "a"`,
		`"DateLessThan":{"aws:one":"2026-01-01"}`:                             `the request has "a"`,
		`"BinaryEquals":{"aws:one":"YQ=="}`:                                   "the condition operator BinaryEquals is not known",
		`"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}`:                        "the condition key aws:sourceip is not known",
		`"IpAddress":{"aws:one":"10.0.0.0/8"}`:                                "IpAddress",
		`"ForSomeValues:StringEquals":{"aws:one":"a"}`:                        "ForSomeValues",
		`"StringEquals":{"aws:other":"a"}`:                                    "the condition key aws:other is not known",
		`"StringNotEqualsIfExists":{"aws:other":"a"}`:                         "aws:other",
		`"Null":{"aws:other":"true"}`:                                         "aws:other",
		`"StringEquals":{"aws:two":"a"}`:                                      "2 values",
		`"StringEquals":{"aws:one":"b"},"StringLike":{"aws:other":"a"}`:       "aws:other",
		`"ForAllValues:StringEquals":{"aws:one":"z","aws:somethingelse":"a"}`: "aws:somethingelse",
	} {
		for _, effect := range []string{"Allow", "Deny"} {
			text := `{"Version":"2012-10-17","Statement":[{` + anything + `},{"Sid":"Odd","Effect":"` + effect + `","Action":"*","Resource":"*","Condition":{` + condition + `}}]}`
			got := Policies{Identity: []*Document{parse(t, text)}}.Evaluate(Request{Action: "s3:GetObject", Resource: "*", Context: context})
			if got.Allowed || !got.Unknown || !strings.Contains(got.Reason, want) || !strings.Contains(got.Reason, `"Odd"`) {
				t.Errorf("%s %s: expected a denial that says %q, got %+v", effect, condition, want, got)
			}
		}
	}
}

// TestPolicyVariablesDeny the actions of their statement, and no others.
func TestPolicyVariablesDeny(t *testing.T) {
	t.Parallel()
	const escaped = "arn:aws:s3:::${aws:username}/*"
	for _, test := range []struct {
		members string
		action  string
		want    bool
	}{
		{`"Effect":"Allow","Action":"s3:Get*","Resource":"` + escaped + `"`, "s3:GetObject", false},
		{`"Effect":"Deny","Action":"s3:Get*","NotResource":["*","` + escaped + `"]`, "s3:GetObject", false},
		{`"Effect":"Deny","Action":"s3:Get*","Resource":"` + escaped + `"`, "s3:PutObject", true},
		{anything + `,"Condition":{"StringEquals":{"aws:one":["a","${aws:one}"]}}`, "s3:GetObject", false},
		{anything + `,"Condition":{"StringEquals":{"aws:one":"$a"}}`, "s3:GetObject", true},
	} {
		p := Policies{Identity: []*Document{parse(t, statementOf(anything)), parse(t, statementOf(test.members))}}
		got := p.Evaluate(Request{Action: test.action, Resource: "arn:aws:s3:::a/b", Context: Context{"aws:one": {"a"}}})
		if got.Allowed != test.want || got.Unknown == test.want || !test.want && !strings.Contains(got.Reason, "the policy variable in") {
			t.Errorf("%s: expected %v, got %+v", test.members, test.want, got)
		}
	}
}

func TestDenyWinsAndBoundaryLimits(t *testing.T) {
	t.Parallel()
	all := parse(t, statementOf(anything))
	reads := parse(t, statementOf(`"Effect":"Allow","Action":"s3:Get*","Resource":"*"`))
	denies := parse(t, statementOf(`"Sid":"Never","Effect":"Deny","Action":"s3:GetObject","Resource":"*"`))
	others := parse(t, statementOf(`"Effect":"Allow","Action":"sqs:*","Resource":"*"`))
	odd := parse(t, statementOf(anything+`,"Condition":{"Null":{"a:b":"true"}}`))
	for _, test := range []struct {
		name     string
		identity []*Document
		boundary *Document
		want     Decision // whose Reason is the start of one
	}{
		{"no policy", nil, nil, Decision{Reason: "no statement allows s3:GetObject on *"}},
		{"a later denial", []*Document{all, denies}, nil, Decision{Reason: `statement "Never" denies`, Explicit: true}},
		{"an earlier denial", []*Document{denies, all}, nil, Decision{Reason: `statement "Never" denies`, Explicit: true}},
		{"inside the boundary", []*Document{all}, reads, Decision{Allowed: true, Reason: "statement 1 allows"}},
		{"the boundary alone", nil, all, Decision{Reason: "no statement allows"}},
		{"neither", []*Document{others}, others, Decision{Reason: "no statement allows"}},
		{"outside the boundary", []*Document{all}, others, Decision{Reason: "the permissions boundary: no statement allows", Boundary: true}},
		{"a boundary that denies", []*Document{all}, denies, Decision{Reason: `the permissions boundary: statement "Never" denies`, Explicit: true, Boundary: true}},
		{"a boundary that denies what nothing allows", nil, denies, Decision{Reason: `the permissions boundary: statement "Never" denies`, Explicit: true, Boundary: true}},
		{"unknown before the boundary", []*Document{odd}, denies, Decision{Reason: "statement 1: the condition key a:b is not known here", Unknown: true}},
		{"unknown in the boundary", []*Document{all}, odd, Decision{Reason: "the permissions boundary: statement 1: the condition key a:b", Unknown: true, Boundary: true}},
		{"both deny", []*Document{denies}, denies, Decision{Reason: `statement "Never" denies`, Explicit: true}},
	} {
		got := Policies{Identity: test.identity, Boundary: test.boundary}.Evaluate(Request{Action: "s3:GetObject", Resource: "*"})
		if got.Reason = got.Reason[:min(len(test.want.Reason), len(got.Reason))]; got != test.want {
			t.Errorf("%s: expected %+v, got %+v", test.name, test.want, got)
		}
	}
}

func TestHaveConditions(t *testing.T) {
	t.Parallel()
	none, one := parse(t, statementOf(anything)), parse(t, statementOf(anything+`,"Condition":{"Null":{"a:b":"true"}}`))
	for _, test := range []struct {
		name     string
		policies Policies
		want     bool
	}{
		{"nothing", Policies{}, false},
		{"none", Policies{Identity: []*Document{none}, Boundary: none}, false},
		{"the second policy", Policies{Identity: []*Document{none, one}}, true},
		{"the boundary", Policies{Identity: []*Document{none}, Boundary: one}, true},
	} {
		if got := test.policies.HaveConditions(); got != test.want {
			t.Errorf("%s: expected %v, got %v", test.name, test.want, got)
		}
	}
}

// BenchmarkEvaluate is one request of a function with a handful of uses.
func BenchmarkEvaluate(b *testing.B) {
	p := Policies{Identity: []*Document{
		parse(b, statementOf(`"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:eu-west-1:123456789012:log-group:orders:*"`)),
		parse(b, statementOf(`"Effect":"Allow","Action":["sqs:SendMessage","sqs:GetQueueUrl"],"Resource":"arn:aws:sqs:eu-west-1:123456789012:mails"`)),
		parse(b, statementOf(`"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:Query","dynamodb:PutItem"],"Resource":["arn:aws:dynamodb:eu-west-1:123456789012:table/orders","arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/*"]`)),
	}}
	leading := Policies{Identity: append(p.Identity[:2:2], parse(b, statementOf(`"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/orders","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["anna"]}}`)))}
	r := Request{Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/orders", Context: Context{"dynamodb:LeadingKeys": {"anna"}}}
	for name, policies := range map[string]Policies{"actions": p, "condition": leading} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !policies.Evaluate(r).Allowed {
					b.Fatal("refused")
				}
			}
		})
	}
}
