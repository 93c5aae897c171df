package expression

import (
	"strings"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// Matches reports whether the condition is true of an item. An item that does not exist is an
// item without attributes.
func (c *Condition) Matches(item attribute.Item) bool { return c.root.matches(item) }

func (n *node) matches(item attribute.Item) bool {
	switch n.op {
	case opAnd:
		return n.operands[0].matches(item) && n.operands[1].matches(item)
	case opOr:
		return n.operands[0].matches(item) || n.operands[1].matches(item)
	case opNot:
		return !n.operands[0].matches(item)
	case opCall:
		return n.holds(item)
	}
	values := make([]attribute.Value, len(n.operands)) // None where nothing is found
	for i, operand := range n.operands {
		if value, found := operand.eval(item); found {
			values[i] = value
		}
	}
	return compareValues(n.op, values)
}

// compareValues compares the first value with the others. A missing value equals nothing, and
// is neither less nor greater than anything.
func compareValues(comparator op, values []attribute.Value) bool {
	left, right := values[0], values[1]
	switch comparator {
	case "=":
		return equal(left, right)
	case "<>":
		return !equal(left, right)
	case opBetween:
		return ordered(left, right) && ordered(left, values[2]) && left.Compare(right) >= 0 && left.Compare(values[2]) <= 0
	case opIn:
		for _, value := range values[1:] {
			if equal(left, value) {
				return true
			}
		}
		return false
	}
	if !ordered(left, right) {
		return false
	}
	switch c := left.Compare(right); comparator {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	default:
		return c >= 0
	}
}

func equal(a, b attribute.Value) bool { return a.Kind() != attribute.None && a.Equal(b) }

// ordered reports whether two values can be ordered.
func ordered(a, b attribute.Value) bool { return a.IsScalarKey() && a.Kind() == b.Kind() }

// holds evaluates a boolean function.
func (n *node) holds(item attribute.Item) bool {
	value, found := n.operands[0].eval(item)
	if len(n.operands) == 1 {
		return found == (n.name == "attribute_exists")
	}
	operand, hasOperand := n.operands[1].eval(item)
	if !found || !hasOperand {
		return false
	}
	switch n.name {
	case "attribute_type":
		return value.Kind() == attribute.KindOf(operand.Text())
	case "begins_with":
		return beginsWith(value, operand)
	default:
		return contains(value, operand)
	}
}

func beginsWith(value, prefix attribute.Value) bool {
	return ordered(value, prefix) && value.Kind() != attribute.N && strings.HasPrefix(value.Text(), prefix.Text())
}

func contains(value, operand attribute.Value) bool {
	switch value.Kind() {
	case attribute.S, attribute.B:
		return value.Kind() == operand.Kind() && strings.Contains(value.Text(), operand.Text())
	case attribute.List, attribute.StringSet, attribute.NumberSet, attribute.BinarySet:
		return value.Has(operand)
	default:
		return false
	}
}
