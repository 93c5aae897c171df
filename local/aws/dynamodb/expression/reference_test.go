package expression

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// members splits a JSON object into its raw members.
func members(t testing.TB, text string) map[string]string {
	t.Helper()
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name, value := range raw {
		out[name] = string(value)
	}
	return out
}

// The reference works on DynamoDB's JSON as encoding/json reads it, on expressions
// that it makes itself, and shares no code with the package.

// A sentence is a condition: its text, and whether it is true of an item.
type sentence struct {
	text string
	is   func(item map[string]any) bool
}

type writer struct {
	random *rand.Rand
	values map[string]any
}

// operand returns the text of a path or a placeholder, and its value for an item;
// nil is none.
func (w *writer) operand() (string, func(map[string]any) any) {
	if w.random.IntN(2) == 0 {
		placeholder := fmt.Sprintf(":v%d", len(w.values))
		value := randomValue(w.random, 0)
		w.values[placeholder] = value
		return placeholder, func(map[string]any) any { return value }
	}
	path := []string{"a", "b", "c", "d", "l[0]", "l[1]", "m.x", "m.y", "m.x.y", "l[0].x"}[w.random.IntN(10)]
	return path, func(item map[string]any) any { return follow(item, path) }
}

func follow(item map[string]any, path string) any {
	var at any = map[string]any{"M": item}
	for _, step := range strings.Split(strings.ReplaceAll(path, "[", "."), ".") {
		typed, _ := at.(map[string]any)
		if index, isIndex := strings.CutSuffix(step, "]"); isIndex {
			lst, _ := typed["L"].([]any)
			if int(index[0]-'0') >= len(lst) {
				return nil
			}
			at = lst[index[0]-'0']
			continue
		}
		fields, _ := typed["M"].(map[string]any)
		at = fields[step]
	}
	if at == nil {
		return nil
	}
	return at
}

func randomValue(random *rand.Rand, depth int) any {
	numbers := []string{"0", "1", "1.0", "-1", "2", "10", "0.5"}
	texts := []string{"", "a", "ab", "b", "ba"}
	kinds := 9
	if depth > 1 {
		kinds = 5
	}
	switch random.IntN(kinds) {
	case 0, 1:
		return map[string]any{"N": numbers[random.IntN(len(numbers))]}
	case 2, 3:
		return map[string]any{"S": texts[random.IntN(len(texts))]}
	case 4:
		return map[string]any{"BOOL": random.IntN(2) == 0}
	case 5:
		return map[string]any{"SS": []any{"a", "b"}[:1+random.IntN(2)]}
	case 6:
		return map[string]any{"NS": []any{"1", "2"}[random.IntN(2):]}
	case 7:
		lst := []any{}
		for range random.IntN(3) {
			lst = append(lst, randomValue(random, depth+1))
		}
		return map[string]any{"L": lst}
	default:
		return map[string]any{"M": map[string]any{"x": randomValue(random, depth+1), "y": randomValue(random, depth+1)}}
	}
}

func kindAndContent(value any) (string, any) {
	typed, _ := value.(map[string]any)
	for kind, content := range typed {
		return kind, content
	}
	return "", nil
}

func rat(text any) *big.Rat {
	r, _ := new(big.Rat).SetString(text.(string))
	return r
}

func sameReference(a, b any) bool {
	kindA, x := kindAndContent(a)
	kindB, y := kindAndContent(b)
	if kindA == "" || kindA != kindB {
		return false
	}
	switch kindA {
	case "N":
		return rat(x).Cmp(rat(y)) == 0
	case "SS", "NS":
		return len(x.([]any)) == len(y.([]any)) && includes(x.([]any), y.([]any)) && includes(y.([]any), x.([]any))
	case "L":
		if len(x.([]any)) != len(y.([]any)) {
			return false
		}
		for i := range x.([]any) {
			if !sameReference(x.([]any)[i], y.([]any)[i]) {
				return false
			}
		}
		return true
	case "M":
		for name := range x.(map[string]any) {
			if !sameReference(x.(map[string]any)[name], y.(map[string]any)[name]) {
				return false
			}
		}
		return len(x.(map[string]any)) == len(y.(map[string]any))
	default:
		return x == y
	}
}

func includes(all, some []any) bool {
	for _, one := range some {
		found := false
		for _, other := range all {
			found = found || one == other
		}
		if !found {
			return false
		}
	}
	return true
}

// orderReference returns the order of two values that have one.
func orderReference(a, b any) (int, bool) {
	kindA, x := kindAndContent(a)
	kindB, y := kindAndContent(b)
	switch {
	case kindA != kindB:
		return 0, false
	case kindA == "N":
		return rat(x).Cmp(rat(y)), true
	case kindA == "S":
		return bytes.Compare([]byte(x.(string)), []byte(y.(string))), true
	default:
		return 0, false
	}
}

// condition writes a random condition. Depth limits how many are combined.
func (w *writer) condition(depth int) sentence {
	if depth > 0 && w.random.IntN(2) == 0 {
		left, right := w.condition(depth-1), w.condition(depth-1)
		switch w.random.IntN(3) {
		case 0:
			return sentence{"(" + left.text + ") AND (" + right.text + ")", func(i map[string]any) bool { return left.is(i) && right.is(i) }}
		case 1:
			return sentence{"(" + left.text + ") OR (" + right.text + ")", func(i map[string]any) bool { return left.is(i) || right.is(i) }}
		default:
			return sentence{"NOT (" + left.text + ")", func(i map[string]any) bool { return !left.is(i) }}
		}
	}
	left, a := w.operand()
	right, b := w.operand()
	switch w.random.IntN(6) {
	case 0:
		return sentence{left + " = " + right, func(i map[string]any) bool { return sameReference(a(i), b(i)) }}
	case 1:
		return sentence{left + " <> " + right, func(i map[string]any) bool { return !sameReference(a(i), b(i)) }}
	case 2:
		third, c := w.operand()
		return sentence{left + " IN (" + right + ", " + third + ")", func(i map[string]any) bool {
			return sameReference(a(i), b(i)) || sameReference(a(i), c(i))
		}}
	case 3:
		return sentence{"contains(" + left + ", " + right + ")", func(i map[string]any) bool { return containsReference(a(i), b(i)) }}
	case 4:
		path := []string{"a", "m.x", "l[1]", "m.y.x"}[w.random.IntN(4)]
		return sentence{"attribute_exists(" + path + ")", func(i map[string]any) bool { return follow(i, path) != nil }}
	default:
		comparator := []string{"<", "<=", ">", ">="}[w.random.IntN(4)]
		return sentence{left + " " + comparator + " " + right, func(i map[string]any) bool {
			order, ordered := orderReference(a(i), b(i))
			return ordered && map[string]bool{"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[comparator]
		}}
	}
}

func containsReference(container, operand any) bool {
	kind, content := kindAndContent(container)
	operandKind, operandContent := kindAndContent(operand)
	switch {
	case operandKind == "":
		return false
	case kind == "S":
		return operandKind == "S" && strings.Contains(content.(string), operandContent.(string))
	case kind == "SS" || kind == "NS":
		for _, member := range content.([]any) {
			if sameReference(map[string]any{kind[:1]: member}, operand) {
				return true
			}
		}
	case kind == "L":
		for _, member := range content.([]any) {
			if sameReference(member, operand) {
				return true
			}
		}
	}
	return false
}

func randomItem(random *rand.Rand) map[string]any {
	item := map[string]any{}
	for _, name := range []string{"a", "b", "c", "d", "l", "m"} {
		if random.IntN(4) > 0 {
			item[name] = randomValue(random, 0)
		}
	}
	return item
}

func asItem(t testing.TB, values map[string]any) attribute.Item {
	t.Helper()
	text, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return item(t, string(text))
}

// TestConditionReference compares random conditions of random items with the
// reference.
func TestConditionReference(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	parsed, matched := 0, 0
	for range 20000 {
		w := &writer{random: random, values: map[string]any{}}
		s := w.condition(2)
		c, err := NewScope(nil, asItem(t, w.values)).Condition(s.text)
		if err != nil {
			if refusable(err.Error()) {
				continue
			}
			t.Fatalf("%s: %v", s.text, err)
		}
		parsed++
		for range 3 {
			subject := randomItem(random)
			got, want := c.Matches(asItem(t, subject)), s.is(subject)
			if got {
				matched++
			}
			if got != want {
				t.Fatalf("%s of %v with %v: expected %v, got %v", s.text, subject, w.values, want, got)
			}
		}
	}
	if parsed < 10000 || matched < 10000 {
		t.Errorf("expected most conditions to be read and many to be true, got %d and %d", parsed, matched)
	}
}

// refusable reports whether a random condition may be refused: the same path twice,
// or an order of what has none.
func refusable(message string) bool {
	return strings.Contains(message, "must be distinct") || strings.Contains(message, "Incorrect operand type")
}

// FuzzCondition: no text panics, and what is read is evaluated.
func FuzzCondition(f *testing.F) {
	for _, seed := range []string{
		"", "n = :ten", "((a))", "a.b[0].c <> size(d) AND NOT begins_with(e, :a)", "a BETWEEN :one AND :two OR b IN (:a,c)",
		"(a).b = :x", "#n = #", "attribute_type(a, :S)", "a[99999999999999999999] = :a", "size(size(a)) = :a", "NOT", "(", "a = :a) AND (b = :a",
	} {
		f.Add(seed)
	}
	subject := item(f, subject)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := scope(t).Condition(text)
		if err != nil {
			if err.Error() == "" {
				t.Fatalf("%q: an error without words", text)
			}
			return
		}
		if c.Matches(subject) {
			c.Matches(nil)
		}
		_, _ = c.KeyTests() // an error is a text, too
		if len(c.Nested()) > len(c.Attributes()) {
			t.Fatalf("%q looks into %q of %q", text, c.Nested(), c.Attributes())
		}
	})
}

// FuzzUpdate: no text panics, and what is read changes only the attributes that it
// names.
func FuzzUpdate(f *testing.F) {
	for _, seed := range []string{
		"", "SET a = :a", "SET n = n + :one REMOVE lst[0], mp.core ADD tags :set DELETE numbers :set", "SET lst[99] = if_not_exists(a, b)",
		"SET a = list_append(lst, :lst), mp.x.y = :a", "ADD", "SET SET = :a", "REMOVE a.b, a[0]", "SET a = (b) - (c)", "SET a = ((b))",
	} {
		f.Add(seed)
	}
	before := item(f, subject)
	f.Fuzz(func(t *testing.T, text string) {
		u, err := scope(t).Update(text)
		if err != nil {
			return
		}
		after, err := u.Apply(before)
		if err != nil {
			return
		}
		changed := u.Attributes()
		for name := range before {
			if !before[name].Equal(after[name]) && !contained(changed, name) {
				t.Fatalf("%q changed %s, and says %q", text, name, changed)
			}
		}
		if !before.Equal(item(t, subject)) {
			t.Fatalf("%q changed the old item", text)
		}
	})
}

func contained(names []string, name string) bool {
	return strings.Contains("\x00"+strings.Join(names, "\x00")+"\x00", "\x00"+name+"\x00")
}

// FuzzProjection: no text panics, and what is read chooses only what is there.
func FuzzProjection(f *testing.F) {
	for _, seed := range []string{"", "a", "lst[0], lst[2][0]", "mp.core.x, #mp.#dotted", "a,,b", "lst[0][0][0]"} {
		f.Add(seed)
	}
	whole := item(f, subject)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := scope(t).Projection(text)
		if err != nil {
			return
		}
		for name := range p.Apply(whole) {
			if _, there := whole[name]; !there || !contained(p.Attributes(), name) {
				t.Fatalf("%q chose %q", text, name)
			}
		}
	})
}
