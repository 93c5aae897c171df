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
	context := Context{"aws:one": {"a"}, "aws:two": {"a", "b"}, "aws:none": nil, "aws:arn": {"arn:aws:iam::1:role/x/y"}, "aws:yes": {"true"}}
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
		`"NumericLessThan":{"aws:one":"1"}`:                                   "the condition operator NumericLessThan is not known",
		`"DateLessThan":{"aws:one":"2026-01-01"}`:                             "DateLessThan",
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
			if got.Allowed || !strings.Contains(got.Reason, want) || !strings.Contains(got.Reason, `"Odd"`) {
				t.Errorf("%s %s: expected a denial that says %q, got %+v", effect, condition, want, got)
			}
		}
	}
}

func TestDenyWinsAndBoundaryLimits(t *testing.T) {
	t.Parallel()
	all := parse(t, statementOf(anything))
	reads := parse(t, statementOf(`"Effect":"Allow","Action":"s3:Get*","Resource":"*"`))
	denies := parse(t, statementOf(`"Sid":"Never","Effect":"Deny","Action":"s3:GetObject","Resource":"*"`))
	for _, test := range []struct {
		name     string
		identity []*Document
		boundary *Document
		want     bool
		reason   string
	}{
		{"no policy", nil, nil, false, "no statement allows s3:GetObject on *"},
		{"a later denial", []*Document{all, denies}, nil, false, `statement "Never" denies`},
		{"an earlier denial", []*Document{denies, all}, nil, false, `statement "Never" denies`},
		{"inside the boundary", []*Document{all}, reads, true, "statement 1 allows"},
		{"the boundary alone", nil, all, false, "no statement allows"},
		{"outside the boundary", []*Document{all}, parse(t, statementOf(`"Effect":"Allow","Action":"sqs:*","Resource":"*"`)), false, "the permissions boundary: no statement allows"},
		{"a boundary that denies", []*Document{all}, denies, false, "the permissions boundary: statement"},
	} {
		got := Policies{Identity: test.identity, Boundary: test.boundary}.Evaluate(Request{Action: "s3:GetObject", Resource: "*"})
		if got.Allowed != test.want || !strings.Contains(got.Reason, test.reason) {
			t.Errorf("%s: expected %v, %q, got %+v", test.name, test.want, test.reason, got)
		}
	}
}
