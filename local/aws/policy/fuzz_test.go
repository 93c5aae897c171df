package policy

import (
	"encoding/json"
	"testing"
)

// FuzzParse: what is accepted is JSON to everybody else too, decides without
// a panic, and decides the same when it is a policy's only document and its own
// boundary.
func FuzzParse(f *testing.F) {
	f.Add([]byte(statementOf(anything)), "s3:GetObject", "*")
	f.Add([]byte(statementOf(anything+`,"Condition":{"ForAllValues:StringLike":{"a:b":["a*?",""]}}`)), "s3:", "arn:aws:s3:::a")
	f.Add([]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"iam:*","NotResource":["arn:aws:s3:::*"]}]}`), "", "")
	f.Fuzz(func(t *testing.T, text []byte, action, resource string) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		if !json.Valid(text) {
			t.Fatalf("accepted what is no JSON: %q", text)
		}
		r := Request{Action: action, Resource: resource, Context: Context{"a:b": {"a"}, "c:d": nil}}
		alone, bounded := (Policies{Identity: []*Document{d}}).Evaluate(r), (Policies{Identity: []*Document{d}, Boundary: d}).Evaluate(r)
		if alone.Allowed != bounded.Allowed || alone.Reason == "" {
			t.Fatalf("%q: %+v alone, %+v within itself", text, alone, bounded)
		}
	})
}

// FuzzMatches compares with a pattern turned into a regular expression.
func FuzzMatches(f *testing.F) {
	f.Add("a*b?c", "axxbyc")
	f.Add("**", "")
	f.Add("a?c*?", "aücßé")
	f.Add("??", "ü")
	f.Add("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaa")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		pattern, text = string([]rune(pattern)), string([]rune(text)) // a regular expression reads UTF-8
		if got, want := matches(pattern, text), wildcard(pattern, text, ""); got != want {
			t.Fatalf("%q on %q: expected %v, got %v", pattern, text, want, got)
		}
	})
}
