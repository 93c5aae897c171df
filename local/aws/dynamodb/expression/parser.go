package expression

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// maxLength is the length of an expression, in bytes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
const maxLength = 4096

// A fault is a fault of an expression with valid syntax. Of several, the service reports the
// first kind in this order.
type fault int

const (
	redundantParentheses fault = iota
	unknownFunction
	misusedFunction
	reservedName
	repeatedSection
	undefinedName
	undefinedValue
	overlappingPaths
	wrongCount
	sameOperands
	wrongOperand
	faults // how many there are
)

// A parser reads one expression by recursive descent. After a syntax error it moves to the
// end, so that every rule returns.
type parser struct {
	text   string
	tokens []token
	at     int
	scope  *Scope
	syntax error
	found  [faults]string // the first of each
	paths  []path         // all that were read
}

// parse reads a whole expression with rule.
func (s *Scope) parse(text string, rule func(p *parser)) (*parser, error) {
	switch {
	case text == "":
		return nil, attribute.Refusal("The expression can not be empty;")
	case len(text) > maxLength:
		return nil, attribute.Refuse("Expression size has exceeded the maximum allowed size; expression size: %d", len(text))
	}
	p := &parser{text: text, tokens: tokenize(text), scope: s}
	rule(p)
	if p.peek().kind != 0 {
		p.fail()
	}
	if p.syntax != nil {
		return nil, p.syntax
	}
	for _, message := range p.found {
		if message != "" {
			return nil, attribute.Refusal(message)
		}
	}
	return p, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != 0 {
		p.at++
	}
	return t
}

// accept reads a token if it is the operator or bracket text.
func (p *parser) accept(text string) bool {
	if t := p.peek(); t.kind == 'a' || t.kind == 0 || t.text != text {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(text string) {
	if !p.accept(text) {
		p.fail()
	}
}

// acceptKeyword reads a word in any case.
func (p *parser) acceptKeyword(words ...string) (string, bool) {
	word := strings.ToUpper(p.peek().text)
	if p.peek().kind != 'a' || !slices.Contains(words, word) {
		return "", false
	}
	p.at++
	return word, true
}

// fail reports a syntax error at the next token, with the one before and the one after it,
// and moves to the end.
func (p *parser) fail() {
	last := len(p.tokens) - 1
	if p.syntax == nil {
		t := p.peek()
		near := p.text[p.tokens[max(p.at-1, 0)].start:p.tokens[min(p.at+1, last)].end]
		p.syntax = attribute.Refuse("Syntax error; token: \"%s\", near: \"%s\"", t.text, near)
	}
	p.at = last
}

func (p *parser) report(f fault, format string, args ...any) {
	if p.found[f] == "" {
		p.found[f] = fmt.Sprintf(format, args...)
	}
}

// path reads a name and what follows it.
func (p *parser) path() path {
	return p.steps(path{p.name()})
}

// steps reads the rest of a path.
func (p *parser) steps(start path) path {
	for {
		switch {
		case p.accept("."):
			start = append(start, p.name())
		case p.accept("["):
			start = append(start, step{index: p.index(), isIndex: true})
			p.expect("]")
		default:
			return start
		}
	}
}

func (p *parser) name() step {
	switch t := p.peek(); t.kind {
	case 'a':
		p.next()
		if isReserved(t.text) {
			p.report(reservedName, "Attribute name is a reserved keyword; reserved keyword: %s", t.text)
		}
		return step{name: t.text}
	case '#':
		p.next()
		return step{name: p.substitute(t.text)}
	default:
		p.fail()
		return step{}
	}
}

func (p *parser) substitute(placeholder string) string {
	name, defined := p.scope.names[placeholder]
	if !defined {
		p.report(undefinedName, "An expression attribute name used in the document path is not defined; attribute name: %s", placeholder)
	}
	p.scope.usedNames[placeholder] = true
	return name
}

func (p *parser) index() int {
	if p.peek().kind != '0' {
		p.fail()
		return 0
	}
	index, err := strconv.Atoi(p.next().text)
	if err != nil {
		return math.MaxInt
	}
	return index
}

// value reads a placeholder of a value.
func (p *parser) value() attribute.Value {
	if p.peek().kind != ':' {
		p.fail()
		return attribute.Value{}
	}
	placeholder := p.next().text
	value, defined := p.scope.values[placeholder]
	if !defined {
		p.report(undefinedValue, "An expression attribute value used in expression is not defined; attribute value: %s", placeholder)
	}
	p.scope.usedValues[placeholder] = true
	return value
}

// A function is a function of expressions.
type function struct {
	operands int
	returns  attribute.Kind // None for that of its operand
	check    func(p *parser, name string, arguments []*node)
}

// call reads the arguments of a function whose name is read.
func (p *parser) call(name string, functions map[string]function) *node {
	p.expect("(")
	call := &node{op: opCall, name: name}
	for {
		call.operands = append(call.operands, p.operand(functions))
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	f, known := functions[name]
	switch {
	case !known:
		p.report(unknownFunction, "Invalid function name; function: %s", name)
	case len(call.operands) != f.operands:
		p.report(wrongCount, "Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, len(call.operands))
	default:
		call.returns = f.returns
		f.check(p, name, call.operands)
	}
	return call
}

// operand reads a path, a value, or a call, in parentheses or not.
func (p *parser) operand(functions map[string]function) *node {
	switch t := p.peek(); {
	case p.accept("("):
		inner := p.operand(functions)
		p.expect(")")
		return inner
	case t.kind == ':':
		return &node{op: opValue, value: p.value()}
	case t.kind == 'a' && p.tokens[p.at+1].text == "(":
		p.next()
		return p.call(t.text, functions)
	default:
		return p.pathNode(p.path())
	}
}

func (p *parser) pathNode(read path) *node {
	p.paths = append(p.paths, read)
	return &node{op: opPath, path: read}
}

// requirePath requires a path as a function's first argument.
func requirePath(p *parser, name string, arguments []*node) {
	if arguments[0].op != opPath {
		p.report(wrongOperand, "Operator or function requires a document path; operator or function: %s", name)
	}
}

// wrongKind reports an argument's kind.
func (p *parser) wrongKind(name string, kind attribute.Kind) {
	p.report(wrongOperand, "Incorrect operand type for operator or function; operator or function: %s, operand type: %v", name, kind)
}

// Projection parses a projection expression.
func (s *Scope) Projection(text string) (*Projection, error) {
	p, err := s.parse(text, func(p *parser) {
		for {
			p.paths = append(p.paths, p.path())
			if !p.accept(",") {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if err := checkPaths(p.paths); err != nil {
		return nil, err
	}
	return newProjection(p.paths), nil
}
