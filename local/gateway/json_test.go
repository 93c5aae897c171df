package gateway

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseObject(t *testing.T) {
	t.Parallel()
	many := func(last string) string {
		var b strings.Builder
		for n := range 40 {
			fmt.Fprintf(&b, `"m%d":%d,`, n, n)
		}
		return "{" + b.String() + `"` + last + `":0}`
	}
	for _, test := range []struct{ name, text, want string }{
		{"empty", "{}", ""},
		{"spaces", " \t\r\n{ \"a\" : [ 1 , { \"b\" : null } ] , \"c\" : \"}\\\"\" } ", ""},
		{"same name at two levels", `{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}`, ""},
		{"names that differ in case", `{"a":1,"A":2}`, ""},
		{"many", many("m40"), ""},
		{"twice", `{"a":1,"a":1}`, `the member "a" occurs twice`},
		{"twice by escape", `{"a":1,"\u0061":1}`, `the member "a" occurs twice`},
		{"twice by two lone surrogates", `{"\ud800":1,"\udfff":1}`, "occurs twice"},
		{"twice, empty", `{"":1,"":1}`, `the member "" occurs twice`},
		{"twice, inside an array", `{"x":[[{"a":1,"a":2}]]}`, `the member "a" occurs twice`},
		{"twice among many", many("m7"), `the member "m7" occurs twice`},
		{"array", "[]", "expected a JSON object"},
		{"nothing", "", "not one JSON value"},
		{"trailing", "{}{}", "not one JSON value"},
		{"comma at the end", `{"a":1,}`, "not one JSON value"},
		{"comment", `{/**/}`, "not one JSON value"},
		{"byte order mark", "\uFEFF{}", "not one JSON value"},
		{"control character", "{\"a\":\"\n\"}", "not one JSON value"},
		{"not UTF-8", "{\"a\":\"\xff\"}", "not UTF-8"},
		{"UTF-16 surrogate in UTF-8", "{\"a\":\"\xed\xa0\x80\"}", "not UTF-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := parseObject([]byte(test.text))
			if got := fmt.Sprint(err); test.want == "" && err != nil || test.want != "" && !strings.Contains(got, test.want) {
				t.Errorf("expected %q, got %q", test.want, got)
			}
		})
	}
}

// FuzzParseObject compares with encoding/json: it reads what the strict reader
// accepts in the same way.
func FuzzParseObject(f *testing.F) {
	f.Add([]byte(`{"a":[1,"]",{"b":"\"}"}],"c":{},"d":-1.5e3 }`))
	f.Add([]byte(`{"a":1,"\u0061":2}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		members, err := parseObject(text)
		if err != nil {
			return
		}
		want := map[string]json.RawMessage{}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatalf("accepted %q: %v", text, err)
		}
		if len(want) != len(members) {
			t.Fatalf("%q: expected %d members, got %d", text, len(want), len(members))
		}
		for _, m := range members {
			if string(want[m.name]) != string(m.value) {
				t.Errorf("%q: %q: expected %s, got %s", text, m.name, want[m.name], m.value)
			}
		}
	})
}

// FuzzQuote compares with encoding/json.
func FuzzQuote(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\t\"\\\n\x7f\u2028é😀\xff\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, text string) {
		quoted := appendQuoted(nil, text)
		var got string
		if err := json.Unmarshal(quoted, &got); err != nil || !utf8.Valid(quoted) {
			t.Fatalf("%q became %s: %v", text, quoted, err)
		}
		if want := strings.ToValidUTF8(text, "\uFFFD"); utf8.ValidString(text) && got != want {
			t.Errorf("expected %q, got %q", want, got)
		}
		if string(appendQuoted(nil, []byte(text))) != string(quoted) {
			t.Error("bytes and string differ")
		}
	})
}
