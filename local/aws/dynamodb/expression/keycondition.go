package expression

import (
	"strings"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// A KeyTest is a key condition's test of one attribute.
type KeyTest struct {
	Attribute string
	// Operator is =, <, <=, >, >=, "between" or "begins_with".
	Operator string
	Values   []attribute.Value // two of "between", otherwise one
}

// KeyTests returns the condition as tests of a query's keys, all of which must hold. The
// error is in the service's words.
func (c *Condition) KeyTests() ([]KeyTest, error) {
	var tests []KeyTest
	if err := c.root.keyTests(&tests); err != nil {
		return nil, err
	}
	for i, test := range tests {
		for _, before := range tests[:i] {
			if test.Attribute == before.Attribute {
				return nil, attribute.Refusal("KeyConditionExpressions must only contain one condition per key")
			}
		}
	}
	return tests, nil
}

func (n *node) keyTests(tests *[]KeyTest) error {
	switch {
	case n.op == opAnd:
		for _, operand := range n.operands {
			if err := operand.keyTests(tests); err != nil {
				return err
			}
		}
		return nil
	case n.op == opOr || n.op == opNot || n.op == opIn || n.op == "<>":
		return attribute.Refuse("Invalid operator used in KeyConditionExpression: %s", strings.ToUpper(string(n.op)))
	case n.op == opCall && n.name != "begins_with":
		return attribute.Refuse("Invalid operator used in KeyConditionExpression: %s", n.name)
	}
	test, err := n.keyTest()
	*tests = append(*tests, test)
	return err
}

// keyTest reads one comparison of an attribute with values.
func (n *node) keyTest() (KeyTest, error) {
	test := KeyTest{Operator: string(n.op)}
	if n.op == opCall {
		test.Operator = n.name
	}
	if (n.op == opBetween || n.op == opCall) && n.operands[0].op != opPath {
		name := strings.ToUpper(string(opBetween))
		if n.op == opCall {
			name = n.name
		}
		return test, attribute.Refuse("Invalid condition in KeyConditionExpression: %s operator must have the key attribute as its first operand", name)
	}
	for i, operand := range n.operands {
		if err := test.add(operand, i); err != nil {
			return test, err
		}
	}
	if test.Attribute == "" {
		return test, attribute.Refusal("Invalid condition in KeyConditionExpression: No key attribute specified")
	}
	return test, nil
}

// mirrored are the comparators with their operands exchanged.
var mirrored = map[string]string{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (t *KeyTest) add(operand *node, i int) error {
	switch operand.op {
	case opValue:
		t.Values = append(t.Values, operand.value)
	case opCall:
		return attribute.Refusal("KeyConditionExpressions cannot contain nested operations")
	default:
		if t.Attribute != "" {
			return attribute.Refusal("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		}
		if len(operand.path) > 1 {
			return attribute.Refusal("KeyConditionExpressions cannot have conditions on nested attributes")
		}
		t.Attribute = operand.path[0].name
		if i > 0 {
			t.Operator = mirrored[t.Operator]
		}
	}
	return nil
}
