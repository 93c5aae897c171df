package expression

import (
	"slices"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

func item(t testing.TB, text string) attribute.Item {
	t.Helper()
	i, err := attribute.ParseItem([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return i
}

// subject is the item that the tests look at.
const subject = `{
	"id":{"S":"order-7"}, "n":{"N":"10"}, "m":{"N":"-3.5"}, "octets":{"B":"AAEC"}, "yes":{"BOOL":true}, "nothing":{"NULL":true},
	"tags":{"SS":["red","blue"]}, "numbers":{"NS":["1","2.50"]}, "blank":{"S":""},
	"lst":{"L":[{"S":"a"},{"N":"2"},{"L":[{"S":"deep"}]}]}, "same":{"L":[{"S":"a"},{"N":"2.0"},{"L":[{"S":"deep"}]}]},
	"mp":{"M":{"core":{"M":{"x":{"N":"1"}}},"a.b":{"S":"dotted"}}}
}`

// placeholders are the values that the tests use.
const placeholders = `{
	":ten":{"N":"1e1"}, ":nine":{"N":"9"}, ":eleven":{"N":"11"}, ":order":{"S":"order-"}, ":seven":{"S":"order-7"}, ":red":{"S":"red"},
	":bytes":{"B":"AAEC"}, ":byte":{"B":"AA=="}, ":true":{"BOOL":true}, ":S":{"S":"S"}, ":SS":{"S":"SS"}, ":bad":{"S":"STRING"}, ":lst":{"L":[{"S":"z"}]},
	":set":{"SS":["blue","red"]}, ":two":{"N":"2"}, ":half":{"N":"2.5"}, ":one":{"N":"1"}, ":a":{"S":"a"}, ":none":{"NULL":true}, ":blank":{"S":""}, ":mp":{"M":{}}
}`

func scope(t testing.TB) *Scope {
	t.Helper()
	return NewScope(map[string]string{"#size": "size", "#dotted": "a.b", "#mp": "mp", "#n": "n"}, item(t, placeholders))
}

func TestConditions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"equal numbers", "n = :ten", true},
		{"a number and a string", "n = :seven", false},
		{"values first", ":nine < n", true},
		{"less", "n < :eleven", true},
		{"less or equal", "n <= :ten", true},
		{"greater", "n > :ten", false},
		{"greater or equal", "n >= :ten", true},
		{"another", "n <> :nine", true},
		{"negative", "m < :one", true},
		{"bytes", "octets = :bytes", true},
		{"bytes by order", "octets > :byte", true},
		{"booleans", "yes = :true", true},
		{"nulls", "nothing = :none", true},
		{"sets in another order", "tags = :set", true},
		{"lists", "lst = same", true},
		{"a absent attribute equals nothing", "absent = :ten", false},
		{"a absent attribute is another", "absent <> :ten", true},
		{"a absent attribute is not less", "absent < :ten", false},
		{"nor greater", "absent >= :ten", false},
		{"not less of a absent attribute", "NOT absent < :ten", true},
		{"between", "n BETWEEN :nine AND :eleven", true},
		{"between its bounds", "n between :ten and :ten", true},
		{"not between", "n BETWEEN :one AND :nine", false},
		{"in", "n IN (:one, :ten)", true},
		{"not in", "n IN (:one)", false},
		{"absent in", "absent IN (:one)", false},
		{"and before or", "n = :ten OR n = :one AND n = :one", true},
		{"parentheses", "(n = :ten OR n = :one) AND n = :one", false},
		{"not before and", "NOT n = :one AND n = :ten", true},
		{"not twice", "NOT NOT n = :ten", true},
		{"keywords in any case", "not n = :one And n = :ten oR n = :one", true},
		{"exists", "attribute_exists(mp.core.x)", true},
		{"exists in a lst", "attribute_exists(lst[2][0])", true},
		{"does not exist", "attribute_not_exists(lst[3])", true},
		{"not in what is no mp", "attribute_not_exists(id.x)", true},
		{"not in what is no lst", "attribute_not_exists(mp[0])", true},
		{"an blank string exists", "attribute_exists(blank)", true},
		{"its type", "attribute_type(tags, :SS)", true},
		{"another type", "attribute_type(n, :S)", false},
		{"begins with", "begins_with(id, :order)", true},
		{"bytes begin with", "begins_with(octets, :byte)", true},
		{"begins with nothing", "begins_with(id, :blank)", true},
		{"a number begins with nothing", "begins_with(n, :order)", false},
		{"contains a part", "contains(id, :order)", true},
		{"a set contains", "contains(tags, :red)", true},
		{"a set does not contain", "contains(tags, :a)", false},
		{"a set of numbers contains", "contains(numbers, :half)", true},
		{"a lst contains", "contains(lst, :two)", true},
		{"a lst contains a string", "contains(lst, :a)", true},
		{"a number contains nothing", "contains(n, :one)", false},
		{"a path in contains", "contains(lst, mp.core.x)", false},
		{"the size of a string in bytes", "size(blank) < :one", true},
		{"the size of a lst", "size(lst) > :two", true},
		{"the size of a mp", "size(#mp) = :two", true},
		{"the size of a set", ":two = size(tags)", true},
		{"the size of bytes", "size(octets) <> :two", true},
		{"a number has no size", "size(n) > :one", false},
		{"a placeholder with a dot", "#mp.#dotted = :red OR attribute_exists(#mp.#dotted)", true},
		{"a path in parentheses", "(mp).core.x = :one", true},
		{"no spaces", "n=:ten AND(id=:seven)", true},
		{"line breaks", "n\t=\r\n:ten", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := scope(t).Condition(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Matches(item(t, subject)); got != test.want {
				t.Errorf("%s: expected %v, got %v", test.text, test.want, got)
			}
		})
	}
}

// TestConditionRefuses has the service's words, as observed by
// https://github.com/architect/dynalite and
// https://github.com/paritysuite/dynamodb-conformance.
func TestConditionRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "The expression can not be empty;"},
		{"spaces", "  ", `Syntax error; token: "<EOF>", near: ""`},
		{"a path alone", "n", `Syntax error; token: "<EOF>", near: "n"`},
		{"a value alone", ":ten", `Syntax error; token: "<EOF>", near: ":ten"`},
		{"an operator without an operand", "n =", `Syntax error; token: "<EOF>", near: "="`},
		{"two operators", "n = = :ten", `Syntax error; token: "=", near: "= = :ten"`},
		{"a character", "n ! :ten", `Syntax error; token: "!", near: "n ! :ten"`},
		{"a character that is no ASCII", "n = ä", `Syntax error; token: "ä", near: "= ä"`},
		{"a colon alone", "n = : ten", `Syntax error; token: ":", near: "= : ten"`},
		{"a literal", "n = 10", `Syntax error; token: "10", near: "= 10"`},
		{"a comparison compared", "n = :ten = :ten", `Syntax error; token: "=", near: ":ten = :ten"`},
		{"no closing parenthesis", "(n = :ten", `Syntax error; token: "<EOF>", near: ":ten"`},
		{"an opening one too few", "n = :ten)", `Syntax error; token: ")", near: ":ten)"`},
		{"and without a condition", "n = :ten AND", `Syntax error; token: "<EOF>", near: "AND"`},
		{"a keyword as a name", "and = :ten", `Syntax error; token: "and", near: "and ="`},
		{"an index that is no number", "lst[n] = :ten", `Syntax error; token: "n", near: "[n]"`},
		{"redundant parentheses", "((n = :ten))", "The expression has redundant parentheses;"},
		{"redundant parentheses of an operand", "((n)) = :ten", "The expression has redundant parentheses;"},
		{"an unknown function", "exists(n)", "Invalid function name; function: exists"},
		{"a function's name in another case", "Size(n) = :ten", "Invalid function name; function: Size"},
		{"a function compared", "attribute_exists(n) = :true", "The function is not allowed to be used this way in an expression; function: attribute_exists"},
		{"a size alone", "size(n)", "The function is not allowed to be used this way in an expression; function: size"},
		{"a function in a function", "begins_with(attribute_exists(n), :a)", "The function is not allowed to be used this way in an expression; function: attribute_exists"},
		{"a reserved word", "size = :ten", "Attribute name is a reserved keyword; reserved keyword: size"},
		{"a reserved word in a path", "mp.Status = :ten", "Attribute name is a reserved keyword; reserved keyword: Status"},
		{"an unknown name", "#x = :ten", "An expression attribute name used in the document path is not defined; attribute name: #x"},
		{"an unknown value", "n = :x", "An expression attribute value used in expression is not defined; attribute value: :x"},
		{"too few operands", "begins_with(n)", "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"},
		{"too many operands", "attribute_exists(n, n)", "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"},
		{"the same path twice", "n = n", "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]"},
		{"the same path twice in a function", "contains(lst[0], lst[0])", "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [lst, [0]]"},
		{"a function that wants a path", "attribute_exists(:a)", "Operator or function requires a document path; operator or function: attribute_exists"},
		{"a number that begins", "begins_with(n, :ten)", "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
		{"the size of a number", "size(:ten) = :ten", "Incorrect operand type for operator or function; operator or function: size, operand type: N"},
		{"a type that is none", "attribute_type(n, :bad)", "Invalid attribute type name found; type: STRING, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
		{"a type that is no string", "attribute_type(n, :ten)", "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"},
		{"bounds of two types", "n BETWEEN :a AND :ten", "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:10}"},
		{"bounds exchanged", "n BETWEEN :ten AND :nine", "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:9}"},
		{"an order of sets", "tags < :set", "Incorrect operand type for operator or function; operator: <, operand type: SS"},
		{"too long", "n = :ten" + strings.Repeat(" ", 4089), "Expression size has exceeded the maximum allowed size; expression size: 4097"},
		{"too many in IN", "n IN (:ten" + strings.Repeat(",:ten", 100) + ")", "The IN operator is provided with too many operands; number of operands: 101"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := scope(t).Condition(test.text); err == nil || err.Error() != test.want {
				t.Errorf("%s: expected the error\n%s, got\n%v", test.text, test.want, err)
			}
		})
	}
}

func TestUpdates(t *testing.T) {
	t.Parallel()
	const before = `{"id":{"S":"x"},"n":{"N":"10"},"tags":{"SS":["red","blue"]},"lst":{"L":[{"S":"a"},{"S":"b"},{"S":"c"}]},"mp":{"M":{"x":{"N":"1"}}}}`
	for _, test := range []struct{ name, text, want string }{
		{"set", "SET s = :a", `{"s":{"S":"a"}}`},
		{"a sum", "SET n = n + :one", `{"n":{"N":"11"}}`},
		{"a difference", "SET n = :one - n", `{"n":{"N":"-9"}}`},
		{"a sum in parentheses", "SET n = (n + :one)", `{"n":{"N":"11"}}`},
		{"operands in parentheses", "SET n = (n) + (:one)", `{"n":{"N":"11"}}`},
		{"a default that is not needed", "SET n = if_not_exists(n, :one)", `{}`},
		{"a default that is needed", "SET c = if_not_exists(c, :one)", `{"c":{"N":"1"}}`},
		{"a counter", "SET c = if_not_exists(c, :two) + :one", `{"c":{"N":"3"}}`},
		{"append", "SET lst = list_append(lst, :lst)", `{"lst":{"L":[{"S":"a"},{"S":"b"},{"S":"c"},{"S":"z"}]}}`},
		{"prepend", "SET lst = list_append(:lst, lst)", `{"lst":{"L":[{"S":"z"},{"S":"a"},{"S":"b"},{"S":"c"}]}}`},
		{"append to a default", "SET more = list_append(if_not_exists(more, :lst), :lst)", `{"more":{"L":[{"S":"z"},{"S":"z"}]}}`},
		{"exchange: operands are those before", "SET a = n, n = mp.x", `{"a":{"N":"10"},"n":{"N":"1"}}`},
		{"in a mp", "SET #mp.y = :a", `{"mp":{"M":{"x":{"N":"1"},"y":{"S":"a"}}}}`},
		{"in a lst", "SET lst[1] = :red", `{"lst":{"L":[{"S":"a"},{"S":"red"},{"S":"c"}]}}`},
		{"beyond the end of a lst", "SET lst[9] = :red, lst[7] = :a", `{"lst":{"L":[{"S":"a"},{"S":"b"},{"S":"c"},{"S":"a"},{"S":"red"}]}}`},
		{"remove", "REMOVE n, absent", `{"n":null}`},
		{"remove from a mp", "REMOVE mp.x", `{"mp":{"M":{}}}`},
		{"remove from a lst: indexes are those before", "REMOVE lst[0], lst[1]", `{"lst":{"L":[{"S":"c"}]}}`},
		{"remove beyond the end", "REMOVE lst[5]", `{}`},
		{"remove and set in a lst", "REMOVE lst[0] SET lst[2] = :a", `{"lst":{"L":[{"S":"b"},{"S":"a"}]}}`},
		{"add to a number", "ADD n :one", `{"n":{"N":"11"}}`},
		{"add to nothing", "ADD c :one", `{"c":{"N":"1"}}`},
		{"add in a mp", "ADD mp.x :two", `{"mp":{"M":{"x":{"N":"3"}}}}`},
		{"add to a set", "ADD tags :green", `{"tags":{"SS":["red","blue","green"]}}`},
		{"add what is there", "ADD tags :set", `{}`},
		{"add a new set", "ADD colors :set", `{"colors":{"SS":["blue","red"]}}`},
		{"delete from a set", "DELETE tags :green", `{"tags":{"SS":["blue"]}}`},
		{"delete all of a set", "DELETE tags :set", `{"tags":null}`},
		{"delete from nothing", "DELETE absent :set", `{}`},
		{"all sections", "SET s = :a REMOVE n ADD c :one DELETE tags :green", `{"s":{"S":"a"},"n":null,"c":{"N":"1"},"tags":{"SS":["blue"]}}`},
		{"sections in any case", "set s = :a remove n", `{"s":{"S":"a"},"n":null}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			values := item(t, placeholders)
			values[":green"] = item(t, `{"v":{"SS":["green","red"]}}`)["v"]
			if strings.HasPrefix(test.text, "ADD tags") {
				values[":green"] = item(t, `{"v":{"SS":["green"]}}`)["v"]
			}
			u, err := NewScope(map[string]string{"#mp": "mp"}, values).Update(test.text)
			if err != nil {
				t.Fatal(err)
			}
			old := item(t, before)
			got, err := u.Apply(old)
			if err != nil {
				t.Fatal(err)
			}
			if want := patched(t, before, test.want); !got.Equal(want) {
				t.Errorf("%s: expected\n%s, got\n%s", test.text, want.AppendJSON(nil), got.AppendJSON(nil))
			}
			if !old.Equal(item(t, before)) {
				t.Error("the old item changed")
			}
		})
	}
}

// patched returns an item with some attributes replaced, and those that are null
// left out.
func patched(t *testing.T, before, changes string) attribute.Item {
	t.Helper()
	want := item(t, before)
	for name, text := range members(t, changes) {
		if delete(want, name); text != "null" {
			want[name] = item(t, `{"v":`+text+`}`)["v"]
		}
	}
	return want
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	const overlap = "Two document paths overlap with each other; must remove or rewrite one of these paths; "
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "The expression can not be empty;"},
		{"no section", "INVALID SYNTAX HERE", `Syntax error; token: "INVALID", near: "INVALID SYNTAX"`},
		{"a placeholder with a space", "ADD hits : incr", `Syntax error; token: ":", near: "hits : incr"`},
		{"a section twice", "ADD x :one SET a = :a ADD y :one", `The "ADD" section can only be used once in an update expression;`},
		{"set without a value", "SET a", `Syntax error; token: "<EOF>", near: "a"`},
		{"a comma at the end", "SET a = :a,", `Syntax error; token: "<EOF>", near: ","`},
		{"two sums", "SET n = n + :one + :one", `Syntax error; token: "+", near: ":one + :one"`},
		{"add a path", "ADD n m", `Syntax error; token: "m", near: "n m"`},
		{"a condition", "SET n = n = :one", `Syntax error; token: "=", near: "n = :one"`},
		{"a reserved word", "SET Status = :a", "Attribute name is a reserved keyword; reserved keyword: Status"},
		{"an unknown function", "SET a = size(lst)", "Invalid function name; function: size"},
		{"an unknown name", "SET #x = :a", "An expression attribute name used in the document path is not defined; attribute name: #x"},
		{"an unknown value", "SET a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"},
		{"a path twice", "SET a = :a, a = :one", overlap + "path one: [a], path two: [a]"},
		{"a path and a part of it", "SET lst[1] = :a REMOVE lst", overlap + "path one: [lst, [1]], path two: [lst]"},
		{"a mp and a lst", "SET a.x = :a, a[1] = :a", "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, x], path two: [a, [1]]"},
		{"add a string", "ADD a :a", "Incorrect operand type for operator or function; operator: ADD, operand type: STRING"},
		{"add a lst", "ADD a :lst", "Incorrect operand type for operator or function; operator: ADD, operand type: LIST"},
		{"delete a number", "DELETE a :one", "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"},
		{"the sum of a string", "SET n = n + :a", "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
		{"a string appended", "SET lst = list_append(lst, :a)", "Incorrect operand type for operator or function; operator or function: list_append, operand type: S"},
		{"a default of a value", "SET n = if_not_exists(:a, :one)", "Operator or function requires a document path; operator or function: if_not_exists"},
		{"a default without a value", "SET n = if_not_exists(n)", "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := scope(t).Update(test.text); err == nil || err.Error() != test.want {
				t.Errorf("%s: expected the error\n%s, got\n%v", test.text, test.want, err)
			}
		})
	}
}

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       error
	}{
		{"a path without a parent", "SET absent.x = :a", errBadPath},
		{"remove from a path without a parent", "REMOVE absent.x", errBadPath},
		{"into a string", "SET id.x = :a", errBadPath},
		{"a name in a lst", "SET lst.x = :a", errBadPath},
		{"an index in a mp", "SET mp[0] = :a", errBadPath},
		{"an index in nothing", "SET absent[0] = :a", errBadPath},
		{"beyond a lst", "SET lst[9].x = :a", errBadPath},
		{"a absent operand", "SET a = absent", errMissing},
		{"a absent summand", "SET a = absent + :one", errMissing},
		{"the sum of a string", "SET a = id + :one", errWrongType},
		{"a lst to a string", "SET a = list_append(id, :lst)", errWrongType},
		{"add a number to a set", "ADD tags :one", errWrongType},
		{"add a set to a number", "ADD n :set", errWrongType},
		{"delete a set from a string", "DELETE id :set", errWrongType},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			u, err := scope(t).Update(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := u.Apply(item(t, subject)); err != test.want {
				t.Errorf("%s: expected the error %q, got %v and %s", test.text, test.want, err, got.AppendJSON(nil))
			}
		})
	}
}

func TestProjections(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"attributes", "id, n, absent", `{"id":{"S":"order-7"},"n":{"N":"10"}}`},
		{"a part of a mp", "mp.core.x", `{"mp":{"M":{"core":{"M":{"x":{"N":"1"}}}}}}`},
		{"two parts of a mp", "#mp.#dotted, #mp.core", `{"mp":{"M":{"a.b":{"S":"dotted"},"core":{"M":{"x":{"N":"1"}}}}}}`},
		{"parts of a lst in order, without gaps", "lst[2][0], lst[0]", `{"lst":{"L":[{"S":"a"},{"L":[{"S":"deep"}]}]}}`},
		{"nothing", "absent, mp.absent, lst[7], id.x", `{}`},
		{"an blank string", "blank", `{"blank":{"S":""}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, err := scope(t).Projection(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Apply(item(t, subject)); !got.Equal(item(t, test.want)) {
				t.Errorf("%s: expected %s, got %s", test.text, test.want, got.AppendJSON(nil))
			}
		})
	}
}

func TestProjectionRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":            "The expression can not be empty;",
		"!!":          `Syntax error; token: "!", near: "!!"`,
		"a,":          `Syntax error; token: "<EOF>", near: ","`,
		"a b":         `Syntax error; token: "b", near: "a b"`,
		"size":        "Attribute name is a reserved keyword; reserved keyword: size",
		"#x":          "An expression attribute name used in the document path is not defined; attribute name: #x",
		"lst, lst[1]": "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [lst], path two: [lst, [1]]",
		"a.x, a[1]":   "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, x], path two: [a, [1]]",
	} {
		if _, err := scope(t).Projection(text); err == nil || err.Error() != want {
			t.Errorf("%s: expected the error %q, got %v", text, want, err)
		}
	}
}

func TestKeyTests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"one", "id = :a", "id = 1"},
		{"two", "id = :a AND n BETWEEN :one AND :two", "id = 1; n between 2"},
		{"exchanged", ":one > n and :a = id", "n < 1; id = 1"},
		{"in parentheses", "(id = :a) AND (begins_with(n, :order))", "id = 1; n begins_with 1"},
		{"or", "id = :a OR n = :one", "Invalid operator used in KeyConditionExpression: OR"},
		{"not", "NOT id = :a", "Invalid operator used in KeyConditionExpression: NOT"},
		{"in", "id IN (:a)", "Invalid operator used in KeyConditionExpression: IN"},
		{"not equal", "id <> :a", "Invalid operator used in KeyConditionExpression: <>"},
		{"another function", "contains(id, :a)", "Invalid operator used in KeyConditionExpression: contains"},
		{"a size", "id = :a AND size(n) = :one", "KeyConditionExpressions cannot contain nested operations"},
		{"a part", "mp.x = :a", "KeyConditionExpressions cannot have conditions on nested attributes"},
		{"two names", "id = n", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
		{"no name", ":a = :red", "Invalid condition in KeyConditionExpression: No key attribute specified"},
		{"a name twice", "id = :a AND id = :a", "KeyConditionExpressions must only contain one condition per key"},
		{"bounds around a value", ":one BETWEEN n AND :two", "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"},
		{"a value that begins", "begins_with(:a, id)", "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := scope(t).Condition(test.text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			tests, err := c.KeyTests()
			for _, k := range tests {
				got = append(got, k.Attribute+" "+k.Operator+" "+string(rune('0'+len(k.Values))))
			}
			if err != nil {
				got = []string{err.Error()}
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("%s: expected %q, got %q", test.text, test.want, got)
			}
		})
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	value := item(t, `{":v":{"S":""}}`)
	for _, test := range []struct {
		name   string
		names  map[string]string
		values attribute.Item
		want   string
	}{
		{"none", nil, nil, ""},
		{"used", map[string]string{"#n": "n"}, value, ""},
		{"no names", map[string]string{}, nil, "ExpressionAttributeNames must not be empty"},
		{"no values", nil, attribute.Item{}, "ExpressionAttributeValues must not be empty"},
		{"a name without #", map[string]string{"a": "a"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		{"# alone", map[string]string{"#": "a"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#"`},
		{"a value without :", nil, item(t, `{"b":{"S":""}}`), `ExpressionAttributeValues contains invalid key: Syntax error; key: "b"`},
		{"unused names", map[string]string{"#n": "n", "#b": "b", "#a": "a"}, value, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"},
		{"unused values", map[string]string{"#n": "n"}, item(t, `{":v":{"S":""},":x":{"S":""}}`), "Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := NewScope(test.names, test.values)
			err := s.Check()
			if err == nil && test.names != nil {
				if _, err := s.Condition("#n = :v"); err != nil {
					t.Fatal(err)
				}
				err = s.Unused()
			}
			if got := errorText(err); got != test.want {
				t.Errorf("expected %q, got %q", test.want, got)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestAttributesOfExpressions(t *testing.T) {
	t.Parallel()
	s := scope(t)
	c, err := s.Condition("mp.core.x = :one AND contains(lst, n) OR mp.y = m")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Attributes(); !slices.Equal(got, []string{"lst", "m", "mp", "n"}) {
		t.Errorf("the condition is about %q", got)
	}
	if got := c.Nested(); !slices.Equal(got, []string{"mp"}) {
		t.Errorf("the condition looks into %q", got)
	}
	u, err := s.Update("SET a = b + :one, c.d = if_not_exists(e.f, :a) REMOVE g")
	if err != nil {
		t.Fatal(err)
	}
	if got := u.Attributes(); !slices.Equal(got, []string{"a", "c", "g"}) {
		t.Errorf("the update changes %q", got)
	}
	if got := u.Reads(); !slices.Equal(got, []string{"b", "e"}) {
		t.Errorf("the update reads %q", got)
	}
	if got := u.Nested(); !slices.Equal(got, []string{"c", "e"}) {
		t.Errorf("the update looks into %q", got)
	}
}
