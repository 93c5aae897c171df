package attribute

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func value(t testing.TB, text string) Value {
	t.Helper()
	v, err := ParseValue([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestParseValue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"an empty string", `{"S":""}`, `{"S":""}`},
		{"text that is no ASCII", `{"S":"\u00e4<&>"}`, `{"S":"ä<&>"}`},
		{"a number", `{"N":"1.50"}`, `{"N":"1.5"}`},
		{"bytes", `{"B":"AAEC"}`, `{"B":"AAEC"}`},
		{"no bytes", `{"B":""}`, `{"B":""}`},
		{"a boolean", `{"BOOL":false}`, `{"BOOL":false}`},
		{"null", `{"NULL":true}`, `{"NULL":true}`},
		{"a set of strings", `{"SS":["b","","a"]}`, `{"SS":["b","","a"]}`},
		{"a set of numbers", `{"NS":["2.0","1"]}`, `{"NS":["2","1"]}`},
		{"a set of bytes", `{"BS":["AA=="]}`, `{"BS":["AA=="]}`},
		{"an empty list", `{"L":[]}`, `{"L":[]}`},
		{"a list", `{"L":[{"S":"a"},{"L":[{"NULL":true}]}]}`, `{"L":[{"S":"a"},{"L":[{"NULL":true}]}]}`},
		{"an empty map", `{"M":{}}`, `{"M":{}}`},
		{"a map", `{"M":{"b":{"S":"1"},"a":{"M":{}}}}`, `{"M":{"a":{"M":{}},"b":{"S":"1"}}}`},
		{"an unknown type beside", `{"X":[1,{}],"S":"a"}`, `{"S":"a"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := value(t, test.text)
			if got := string(v.AppendJSON(nil)); got != test.want {
				t.Errorf("expected %s, got %s", test.want, got)
			}
			if !v.Equal(value(t, test.want)) {
				t.Error("it does not equal itself")
			}
		})
	}
}

func TestParseValueRefuses(t *testing.T) {
	t.Parallel()
	const parameter = "One or more parameter values were invalid: "
	for _, test := range []struct {
		name, text string
		shape      bool
		want       string // of an error that is no ShapeError
	}{
		{name: "no JSON", text: `{"S":`, shape: true},
		{name: "more than one value", text: `{"S":"a"}{}`, shape: true},
		{name: "a number in JSON", text: `{"N":1}`, shape: true},
		{name: "a string for a boolean", text: `{"BOOL":"true"}`, shape: true},
		{name: "bytes that are no base64", text: `{"B":"a"}`, shape: true},
		{name: "base64 with unused bits", text: `{"B":"AB=="}`, shape: true},
		{name: "a list for a map", text: `{"M":[]}`, shape: true},
		{name: "a number in a set of strings", text: `{"SS":[1]}`, shape: true},
		{name: "a name twice", text: `{"M":{"a":{"S":""},"a":{"S":""}}}`, shape: true},
		{name: "text that is no UTF-8", text: "{\"S\":\"\xff\"}", shape: true},
		{name: "half a surrogate pair", text: `{"S":"\ud800"}`, shape: true},
		{name: "no type", text: `{}`, want: "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{name: "an unknown type", text: `{"a":""}`, want: "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{name: "two types", text: `{"S":"a","N":"1"}`, want: "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"},
		{name: "null that is false", text: `{"NULL":false}`, want: parameter + "Null attribute value types must have the value of true"},
		{name: "no strings", text: `{"SS":[]}`, want: parameter + "An string set  may not be empty"},
		{name: "no numbers", text: `{"NS":[]}`, want: parameter + "An number set  may not be empty"},
		{name: "no bytes in a set", text: `{"BS":[]}`, want: parameter + "Binary sets should not be empty"},
		{name: "a string twice", text: `{"SS":["a","a"]}`, want: parameter + "Input collection [a, a] contains duplicates."},
		{name: "a number twice", text: `{"NS":["1","1.0"]}`, want: "Input collection contains duplicates"},
		{name: "bytes twice", text: `{"BS":["AA==","AA=="]}`, want: parameter + "Input collection [AA==, AA==]of type BS contains duplicates."},
		{name: "no number in a list", text: `{"L":[{"N":"x"}]}`, want: "The parameter cannot be converted to a numeric value: x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v, err := ParseValue([]byte(test.text))
			_, shape := errors.AsType[*ShapeError](err)
			if err == nil || shape != test.shape || !shape && err.Error() != test.want {
				t.Errorf("expected the error %q (shape %v), got %v and %v", test.want, test.shape, v, err)
			}
		})
	}
}

// TestNestingDepth: 32 levels, of which the attribute is the first, as measured.
// https://github.com/paritysuite/dynamodb-conformance
func TestNestingDepth(t *testing.T) {
	t.Parallel()
	nested := func(wraps int) string {
		return strings.Repeat(`{"M":{"n":`, wraps) + `{"S":"leaf"}` + strings.Repeat(`}}`, wraps)
	}
	deepest := value(t, nested(31))
	if err := (Item{"a": deepest}).CheckDepth(); err != nil {
		t.Errorf("32 levels: %v", err)
	}
	if _, err := ParseValue([]byte(nested(32))); err != errNesting {
		t.Errorf("33 levels: expected %v, got %v", errNesting, err)
	}
	if err := (Item{"a": NewList([]Value{deepest})}).CheckDepth(); err != errNesting {
		t.Errorf("33 levels: expected %v, got %v", errNesting, err)
	}
}

func TestItemSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`{"ab":{"S":"äb"}}`:                           2 + 3,
		`{"a":{"B":"AAEC"}}`:                          1 + 3,
		`{"a":{"BOOL":true},"b":{"NULL":true}}`:       2 + 2,
		`{"a":{"SS":["a","bc"]}}`:                     1 + 3,
		`{"a":{"NS":["1","-12"]}}`:                    1 + 2 + 3,
		`{"a":{"L":[]}}`:                              1 + 3,
		`{"a":{"L":[{"S":"ab"},{"S":"c"}]}}`:          1 + 3 + 2 + 3,
		`{"a":{"M":{"xy":{"S":"ab"},"z":{"N":"1"}}}}`: 1 + 3 + 2 + 4 + 3,
	} {
		item, err := ParseItem([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := item.Size(); got != want {
			t.Errorf("%s: expected %d bytes, got %d", text, want, got)
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, a, b string
		want       bool
	}{
		{"a number written in two ways", `{"N":"10"}`, `{"N":"1e1"}`, true},
		{"a number and a string", `{"N":"1"}`, `{"S":"1"}`, false},
		{"sets in two orders", `{"SS":["a","b"]}`, `{"SS":["b","a"]}`, true},
		{"sets of two kinds", `{"SS":["1"]}`, `{"NS":["1"]}`, false},
		{"a set and a part of it", `{"SS":["a","b"]}`, `{"SS":["a"]}`, false},
		{"lists in two orders", `{"L":[{"S":"a"},{"S":"b"}]}`, `{"L":[{"S":"b"},{"S":"a"}]}`, false},
		{"maps", `{"M":{"a":{"N":"1.0"}}}`, `{"M":{"a":{"N":"1"}}}`, true},
		{"maps with another name", `{"M":{"a":{"N":"1"}}}`, `{"M":{"b":{"N":"1"}}}`, false},
		{"true and false", `{"BOOL":true}`, `{"BOOL":false}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := value(t, test.a).Equal(value(t, test.b)); got != test.want {
				t.Errorf("expected %v, got %v", test.want, got)
			}
		})
	}
}

// TestKeyOrder: keys of one kind sort as their values do, whatever follows them, and
// a prefix is one of the keys of all that begin with it.
func TestKeyOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	text := func() Value {
		b := make([]byte, random.IntN(5))
		for i := range b {
			b[i] = []byte{0x00, 0x01, 0x02, 'a', 0xFE, 0xFF}[random.IntN(6)]
		}
		return Value{kind: B, text: string(b)}
	}
	for range 20000 {
		a, b, rest := text(), text(), text()
		with := func(v Value) string { return string(rest.AppendKey(v.AppendKey(nil))) }
		if got := strings.Compare(with(a), string(text().AppendKey(b.AppendKey(nil)))); !a.Equal(b) && got != a.Compare(b) {
			t.Fatalf("%q and %q: expected %d, got %d", a.text, b.text, a.Compare(b), got)
		}
		if after := string(a.AppendKeyAfter(nil)); with(a) >= after || a.Compare(b) < 0 && with(b) <= after {
			t.Fatalf("after %q is not between it and %q", a.text, b.text)
		}
		if got := strings.HasPrefix(with(b), string(a.AppendPrefix(nil))); got != strings.HasPrefix(b.text, a.text) {
			t.Fatalf("%q as a prefix of %q: got %v", a.text, b.text, got)
		}
	}
}

// FuzzParseItem: an item that is read is written as itself.
func FuzzParseItem(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":{"S":"x"}}`, `{"a":{"N":"-1.5e3"},"b":{"SS":["a","b"]},"c":{"L":[{"M":{"d":{"B":"AA=="}}}]}}`,
		`{"a":{"NULL":true,"X":1}}`, `{"a":{}}`, `[]`, `{"a":{"NS":["1","1.0"]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		item, err := ParseItem(text)
		if err != nil {
			return
		}
		written := item.AppendJSON(nil)
		again, err := ParseItem(written)
		if err != nil || !again.Equal(item) || again.Size() != item.Size() || !slices.Equal(again.AppendJSON(nil), written) {
			t.Fatalf("%s was written as %s and read as %v, %v", text, written, again, err)
		}
	})
}
