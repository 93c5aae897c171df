package dynamodb

import (
	"fmt"
	"strings"
	"testing"
)

// TestQueryFromTheConsole: conditions on the sort key select items in its order, page
// by page, of the table and of an index.
func TestQueryFromTheConsole(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders(), people())
	for i, id := range []string{"a1", "a2", "b1", "b2"} {
		f.must(t, "PutItem", fmt.Sprintf(`{"TableName":"orders","Item":{"customer":{"S":"ann"},"id":{"S":"%s"},"amount":{"N":"%d"}}}`, id, 10-i))
	}
	f.must(t, "PutItem", `{"TableName":"orders","Item":{"customer":{"S":"bob"},"id":{"S":"a1"}}}`)
	for _, test := range []struct {
		name, table, index string
		condition          KeyCondition
		want, problem      string
	}{
		{"all of a partition", "orders", "", KeyCondition{Hash: "ann"}, "a1 a2 b1 b2", ""},
		{"backward", "orders", "", KeyCondition{Hash: "ann", Backward: true}, "b2 b1 a2 a1", ""},
		{"equal", "orders", "", KeyCondition{Hash: "ann", Operator: "=", Range: "b1"}, "b1", ""},
		{"less", "orders", "", KeyCondition{Hash: "ann", Operator: "<", Range: "a2"}, "a1", ""},
		{"at most", "orders", "", KeyCondition{Hash: "ann", Operator: "<=", Range: "a2"}, "a1 a2", ""},
		{"greater", "orders", "", KeyCondition{Hash: "ann", Operator: ">", Range: "b1"}, "b2", ""},
		{"at least", "orders", "", KeyCondition{Hash: "ann", Operator: ">=", Range: "b1"}, "b1 b2", ""},
		{"a prefix", "orders", "", KeyCondition{Hash: "ann", Operator: "begins_with", Range: "b"}, "b1 b2", ""},
		{"between numbers of an index", "orders", "by-amount", KeyCondition{Hash: "ann", Operator: "between", Range: "8", RangeTo: "9"}, "b1 a2", ""},
		{"none", "orders", "", KeyCondition{Hash: "x' OR #r = :r"}, "", ""},
		{"no number", "orders", "by-amount", KeyCondition{Hash: "ann", Operator: "=", Range: "one"}, "", "ValidationException: "},
		{"a prefix of numbers", "orders", "by-amount", KeyCondition{Hash: "ann", Operator: "begins_with", Range: "1"}, "", "ValidationException"},
		{"an unknown operator", "orders", "", KeyCondition{Hash: "ann", Operator: "= :r OR #r"}, "", "Unknown operator"},
		{"no sort key", "people", "", KeyCondition{Hash: "ann", Operator: "=", Range: "1"}, "", "no sort key"},
		{"an empty key", "orders", "", KeyCondition{}, "", "ValidationException"},
		{"an unknown index", "orders", "by-none", KeyCondition{Hash: "ann"}, "", "does not have the specified index"},
		{"an unknown table", "none", "", KeyCondition{Hash: "ann"}, "", "ResourceNotFoundException"},
	} {
		got, err := idsOf(f, test.table, test.index, test.condition)
		if got != test.want || (err == nil) != (test.problem == "") || err != nil && !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s: expected %q and %q, got %q and %v", test.name, test.want, test.problem, got, err)
		}
	}
}

// idsOf queries in pages of two items.
func idsOf(f *fixture, table, index string, condition KeyCondition) (string, error) {
	var ids []string
	page := Page{}
	for range 3 {
		var err error
		if page, err = f.Query(table, index, condition, 2, page.Next); err != nil {
			return "", err
		}
		for _, item := range page.Items {
			_, id, _ := strings.Cut(string(item), `"id":{"S":"`)
			ids = append(ids, id[:2])
		}
		if page.Next == nil {
			break
		}
	}
	return strings.Join(ids, " "), nil
}
