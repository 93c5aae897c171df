package expression

import (
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// A Condition is a predicate on an item: a condition expression, a filter, or a key
// condition.
type Condition struct {
	root  *node
	paths []path
}

// Attributes returns the names of the attributes that the condition uses.
func (c *Condition) Attributes() []string { return heads(c.paths) }

// Nested returns the names of the attributes of which it uses parts.
func (c *Condition) Nested() []string { return nestedHeads(c.paths) }

// Condition parses a condition expression, a filter or a key condition.
func (s *Scope) Condition(text string) (*Condition, error) {
	var root *node
	p, err := s.parse(text, func(p *parser) { root = p.require(p.or()) })
	if err != nil {
		return nil, err
	}
	return &Condition{root: root, paths: p.paths}, nil
}

// conditionFunctions are the functions of conditions.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
var conditionFunctions = map[string]function{
	"attribute_exists":     {operands: 1, returns: attribute.Bool, check: requirePath},
	"attribute_not_exists": {operands: 1, returns: attribute.Bool, check: requirePath},
	"attribute_type":       {operands: 2, returns: attribute.Bool, check: checkAttributeType},
	"begins_with":          {operands: 2, returns: attribute.Bool, check: checkBeginsWith},
	"contains":             {operands: 2, returns: attribute.Bool, check: checkDistinct},
	"size":                 {operands: 1, returns: attribute.N, check: checkSize},
}

func checkAttributeType(p *parser, name string, arguments []*node) {
	requirePath(p, name, arguments)
	switch kind := arguments[1].kind(); {
	case kind == attribute.None:
		p.report(wrongOperand, "Incorrect operand type for operator or function; operator or function: %s, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}", name)
	case kind != attribute.S:
		p.wrongKind(name, kind)
	case attribute.KindOf(arguments[1].value.Text()) == attribute.None:
		p.report(wrongOperand, "Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", arguments[1].value.Text())
	}
}

func checkBeginsWith(p *parser, name string, arguments []*node) {
	checkDistinct(p, name, arguments)
	for _, argument := range arguments {
		if kind := argument.kind(); kind != attribute.None && kind != attribute.S && kind != attribute.B {
			p.wrongKind(name, kind)
		}
	}
}

func checkSize(p *parser, name string, arguments []*node) {
	switch kind := arguments[0].kind(); kind {
	case attribute.N, attribute.Bool, attribute.Null:
		p.wrongKind(name, kind)
	}
}

// checkDistinct refuses two operands with the same path.
func checkDistinct(p *parser, name string, arguments []*node) {
	if arguments[0].op == opPath && arguments[1].op == opPath && slices.Equal(arguments[0].path, arguments[1].path) {
		p.report(sameOperands, "The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %v", name, arguments[0].path)
	}
}

// require refuses a node that is not a condition.
func (p *parser) require(n *node) *node {
	switch {
	case n.op == opPath || n.op == opValue:
		p.fail()
	case n.op == opCall && n.name == "size":
		p.misused(n)
	}
	return n
}

func (p *parser) misused(n *node) {
	p.report(misusedFunction, "The function is not allowed to be used this way in an expression; function: %s", n.name)
}

// requireOperands refuses nodes that cannot be compared.
func (p *parser) requireOperands(operands ...*node) {
	for _, n := range operands {
		switch {
		case !n.isOperand():
			p.fail()
		case n.op == opCall && n.name != "size":
			p.misused(n)
		}
	}
}

func (p *parser) or() *node {
	left := p.and()
	for {
		if _, ok := p.acceptKeyword("OR"); !ok {
			return left
		}
		left = &node{op: opOr, operands: []*node{p.require(left), p.require(p.and())}}
	}
}

func (p *parser) and() *node {
	left := p.not()
	for {
		if _, ok := p.acceptKeyword("AND"); !ok {
			return left
		}
		left = &node{op: opAnd, operands: []*node{p.require(left), p.require(p.not())}}
	}
}

func (p *parser) not() *node {
	if _, ok := p.acceptKeyword("NOT"); ok {
		return &node{op: opNot, operands: []*node{p.require(p.not())}}
	}
	return p.comparison()
}

var comparators = []string{"=", "<>", "<", "<=", ">", ">="}

// comparison reads one operand, or a comparison of operands.
func (p *parser) comparison() *node {
	left := p.primary()
	if t := p.peek(); t.kind != 'a' && slices.Contains(comparators, t.text) {
		p.next()
		return p.compare(op(t.text), left, p.primary())
	}
	switch word, _ := p.acceptKeyword("BETWEEN", "IN"); word {
	case "BETWEEN":
		return p.between(left)
	case "IN":
		return p.in(left)
	default:
		return left
	}
}

func (p *parser) compare(comparator op, left, right *node) *node {
	p.requireOperands(left, right)
	checkDistinct(p, string(comparator), []*node{left, right})
	if comparator != "=" && comparator != "<>" {
		for _, n := range []*node{left, right} {
			if kind := n.kind(); kind != attribute.None && kind > attribute.B {
				p.report(wrongOperand, "Incorrect operand type for operator or function; operator: %s, operand type: %v", comparator, kind)
			}
		}
	}
	return &node{op: comparator, operands: []*node{left, right}}
}

func (p *parser) between(left *node) *node {
	low := p.primary()
	if _, ok := p.acceptKeyword("AND"); !ok {
		p.fail()
	}
	high := p.primary()
	p.requireOperands(left, low, high)
	if low.op == opValue && high.op == opValue {
		p.checkBounds(low.value, high.value)
	}
	return &node{op: opBetween, operands: []*node{left, low, high}}
}

func (p *parser) checkBounds(low, high attribute.Value) {
	switch {
	case low.Kind() == attribute.None || high.Kind() == attribute.None:
	case low.Kind() != high.Kind():
		p.report(wrongOperand, "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: %s, upper bound operand: %s", describe(low), describe(high))
	case low.IsScalarKey() && low.Compare(high) > 0:
		p.report(wrongOperand, "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: %s, upper bound operand: %s", describe(low), describe(high))
	}
}

// maxIn is how many operands IN accepts.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
const maxIn = 100

func (p *parser) in(left *node) *node {
	p.expect("(")
	in := &node{op: opIn, operands: []*node{left}}
	for {
		in.operands = append(in.operands, p.primary())
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	p.requireOperands(in.operands...)
	if n := len(in.operands) - 1; n > maxIn {
		p.report(wrongCount, "The IN operator is provided with too many operands; number of operands: %d", n)
	}
	return in
}

// primary reads an operand, or a condition in parentheses.
func (p *parser) primary() *node {
	if !p.accept("(") {
		return p.simple()
	}
	inner := p.or()
	p.expect(")")
	if inner.parenthesized {
		p.report(redundantParentheses, "The expression has redundant parentheses;")
	}
	inner.parenthesized = true
	if inner.op == opPath {
		inner.path = p.steps(inner.path)
		p.paths[len(p.paths)-1] = inner.path
	}
	return inner
}

func (p *parser) simple() *node {
	switch t := p.peek(); {
	case t.kind == ':':
		return &node{op: opValue, value: p.value()}
	case t.kind == 'a' && slices.Contains([]string{"AND", "OR", "NOT", "BETWEEN", "IN"}, strings.ToUpper(t.text)):
		p.fail()
		return &node{op: opValue}
	case t.kind == 'a' && p.tokens[p.at+1].text == "(":
		p.next()
		call := p.call(t.text, conditionFunctions)
		for _, argument := range call.operands {
			if argument.op == opCall && argument.name != "size" {
				p.misused(argument)
			}
		}
		return call
	default:
		return p.pathNode(p.path())
	}
}
