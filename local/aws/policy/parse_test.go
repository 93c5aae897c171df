package policy

import (
	"strings"
	"testing"
)

// statementOf is a policy of one statement with these members.
func statementOf(members string) string {
	return `{"Version":"2012-10-17","Statement":{` + members + `}}`
}

const anything = `"Effect":"Allow","Action":"*","Resource":"*"`

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"one statement":              statementOf(anything),
		"a list":                     `{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A1",` + anything + `},{` + anything + `}]}`,
		"lists of one":               statementOf(`"Effect":"Deny","NotAction":["s3:Get*"],"NotResource":["arn:aws:s3:::a/*"]`),
		"a condition":                statementOf(anything + `,"Condition":{"StringEquals":{"aws:SourceAccount":["1","2"]},"Null":{"a:b":"true"}}`),
		"an unknown operator":        statementOf(anything + `,"Condition":{"IpAddress":{"a:b":"1"}}`),
		"values that are no strings": statementOf(anything + `,"Condition":{"Bool":{"a:b":true},"NumericLessThan":{"a:b":[1,2.5,"3"]}}`),
		"dates":                      statementOf(anything + `,"Condition":{"DateLessThan":{"a:b":["2026","2026-11","2026-11-29","2026-11-29T18:00Z","2026-11-29T18:00:00.5+01:00","1795975200"]}}`),
	} {
		if _, err := Parse([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"no JSON", `{`, "reading the policy"},
		{"bytes after the policy", statementOf(anything) + "x", "reading the policy"},
		{"a name twice", statementOf(`"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"`), "duplicate"},
		{"an unknown member", statementOf(anything + `,"Actions":"*"`), "unknown"},
		{"a member in lower case", statementOf(`"effect":"Allow","Action":"*","Resource":"*"`), "unknown"},
		{"a principal", statementOf(anything + `,"Principal":"*"`), "Principal"},
		{"no version", `{"Statement":{` + anything + `}}`, `expected "2012-10-17", got ""`},
		{"the former version", `{"Version":"2008-10-17","Statement":{` + anything + `}}`, `got "2008-10-17"`},
		{"no statement", `{"Version":"2012-10-17"}`, "no Statement"},
		{"an empty list of statements", `{"Version":"2012-10-17","Statement":[]}`, "no Statement"},
		{"an effect", statementOf(`"Effect":"allow","Action":"*","Resource":"*"`), `got "allow"`},
		{"no action", statementOf(`"Effect":"Allow","Resource":"*"`), "expected Action or NotAction"},
		{"both actions", statementOf(anything + `,"NotAction":"s3:*"`), "and not both"},
		{"an empty list of actions", statementOf(`"Effect":"Allow","Action":[],"Resource":"*"`), "expected a value of Action"},
		{"an action without a service", statementOf(`"Effect":"Allow","Action":"GetObject","Resource":"*"`), `got "GetObject"`},
		{"an action with a wildcard for the service", statementOf(`"Effect":"Allow","Action":"s*:GetObject","Resource":"*"`), `got "s*:GetObject"`},
		{"no resource", statementOf(`"Effect":"Allow","Action":"*"`), "expected Resource or NotResource"},
		{"a resource that is no ARN", statementOf(`"Effect":"Allow","Action":"*","Resource":"bucket/*"`), `got the resource "bucket/*"`},
		{"an ARN with too few parts", statementOf(`"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:*"`), "expected an ARN"},
		{"a condition without values", statementOf(anything + `,"Condition":{"StringEquals":{"a:b":[]}}`), "expected a value of StringEquals a:b"},
		{"a condition's value that is null", statementOf(anything + `,"Condition":{"Bool":{"a:b":null}}`), "expected a string, a boolean or a number"},
		{"a condition's value that is an object", statementOf(anything + `,"Condition":{"Bool":{"a:b":[{}]}}`), "expected a string, a boolean or a number"},
		{"a number that is none", statementOf(anything + `,"Condition":{"NumericEquals":{"a:b":"0x10"}}`), `that NumericEquals can compare with a:b, got "0x10"`},
		{"a number that costs time to read", statementOf(anything + `,"Condition":{"NumericEquals":{"a:b":1e999999}}`), `got "1e999999"`},
		{"a date that is none", statementOf(anything + `,"Condition":{"DateLessThan":{"a:b":"tomorrow"}}`), `got "tomorrow"`},
		{"a date of an operator with a set", statementOf(anything + `,"Condition":{"ForAllValues:DateLessThanIfExists":{"a:b":"29.11.2026"}}`), `got "29.11.2026"`},
		{"a Sid with a space", statementOf(`"Sid":"a b",` + anything), `got "a b"`},
		{"a Sid twice", `{"Version":"2012-10-17","Statement":[{"Sid":"A",` + anything + `},{"Sid":"A",` + anything + `}]}`, `the Sid "A"`},
		{"the statement at fault", `{"Version":"2012-10-17","Statement":[{` + anything + `},{"Effect":"No"}]}`, "statement 2: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected an error with %q, got %v", test.want, err)
			}
		})
	}
}
