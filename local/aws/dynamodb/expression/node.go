package expression

import (
	"strconv"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// An op is the operation of a node. Comparators have their own text.
type op string

const (
	opPath    op = "path"
	opValue   op = "value"
	opCall    op = "call"
	opAnd     op = "and"
	opOr      op = "or"
	opNot     op = "not"
	opBetween op = "between"
	opIn      op = "in"
	opAdd     op = "+"
	opSub     op = "-"
)

// A node is an operand or a condition.
type node struct {
	op       op
	name     string // of a called function
	operands []*node
	path     path
	value    attribute.Value
	returns  attribute.Kind // the kind of a call's result, if known

	parenthesized bool
}

// isOperand reports whether the node is an operand, not a condition.
func (n *node) isOperand() bool { return n.op == opPath || n.op == opValue || n.op == opCall }

// kind returns the type of the node's value, or None if it depends on the item.
func (n *node) kind() attribute.Kind {
	if n.op == opValue {
		return n.value.Kind()
	}
	return n.returns
}

// eval returns an operand's value for an item. It reports false if the item has nothing at a
// path, or nothing that has a size.
func (n *node) eval(item attribute.Item) (attribute.Value, bool) {
	switch n.op {
	case opPath:
		return n.path.in(item)
	case opValue:
		return n.value, true
	default:
		value, found := n.operands[0].eval(item)
		size, sized := sizeOf(value)
		return attribute.NewInt(size), found && sized
	}
}

// sizeOf is the function size.
func sizeOf(value attribute.Value) (int, bool) {
	switch value.Kind() {
	case attribute.S, attribute.B:
		return len(value.Text()), true
	case attribute.Map:
		return len(value.Fields()), true
	case attribute.None, attribute.N, attribute.Bool, attribute.Null:
		return 0, false
	default:
		return len(value.Members()), true
	}
}

// describe formats a value as the service does in some messages.
func describe(value attribute.Value) string {
	text := value.Plain()
	if value.Kind() == attribute.Bool || value.Kind() == attribute.Null {
		text = strconv.FormatBool(true)
	}
	return "AttributeValue: {" + value.Kind().String() + ":" + text + "}"
}
